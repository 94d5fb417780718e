import { type CustomTypesConfig, types } from 'pg';

type Parser = (text: string) => unknown;
type TypeId = Parameters<CustomTypesConfig['getTypeParser']>[0];

/**
 * How values come out of the database: `timestamptz` as ISO-8601 UTC with six decimals (a Cursor), `date` as `YYYY-MM-DD`,
 * `numeric` and `int8` as numbers. Everything else is as in pg: `jsonb` parsed, `uuid` text, `bytea` a Buffer.
 * Given to each pool, because pg's global registry would change the libraries that share this process.
 */
export const typeParsers: CustomTypesConfig = {
  getTypeParser: (oid: TypeId, format?: 'text' | 'binary'): Parser =>
    (format !== 'binary' && OWN_PARSERS.get(oid)) || types.getTypeParser(oid, format),
};

// Object ids of PostgreSQL's built-in types never change; pg names the scalar ones only.
const TEXT_ARRAY = 1009;
const { TIMESTAMPTZ, DATE, NUMERIC, INT8 } = types.builtins;
const ARRAYS: readonly (readonly [number, Parser])[] = [
  [1185, parseTimestamp],
  [1182, String],
  [1231, parseNumber],
  [1016, parseNumber],
];

const OWN_PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [TIMESTAMPTZ, parseTimestamp],
  [DATE, String],
  [NUMERIC, parseNumber],
  [INT8, parseNumber],
  ...ARRAYS.map(([oid, parse]): [number, Parser] => [oid, arrayOf(parse)]),
]);

const TIMESTAMP = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?([+-]\d{2})(?::?(\d{2}))?$/;

/** Any session time zone is read. Infinity and years outside 0001 to 9999 are not instants of ours. */
function parseTimestamp(text: string): string {
  const match = TIMESTAMP.exec(text);
  if (!match) throw new Error(`Not an instant between the years 0001 and 9999: ${text}`);
  const [, date, time, fraction = '', hours, minutes = '00'] = match;
  const utc = new Date(`${date}T${time}${hours}:${minutes}`).toISOString();
  return `${utc.slice(0, 19)}.${fraction.padEnd(6, '0')}Z`;
}

/** `numeric(14,2)` and counts below 2^53 are exact; anything that a number can't hold is an error, not a rounding. */
function parseNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new Error(`Too large for a number: ${text}`);
  return value;
}

function arrayOf(parse: Parser): Parser {
  const parserOf = types.getTypeParser as (oid: number) => (text: string) => (string | null)[];
  const parseTexts = parserOf(TEXT_ARRAY);
  return (text) => parseTexts(text).map((item) => (item === null ? null : parse(item)));
}
