import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

async function read(expression: string): Promise<unknown> {
  const { rows } = await db.owner.pool.query<{ value: unknown }>(`select ${expression} as value`);
  return rows[0]?.value;
}

describe('values from the database', () => {
  it.each([
    ["'2026-01-31 08:15:00.000001+00'::timestamptz", '2026-01-31T08:15:00.000001Z'],
    ["'2026-01-31 08:15:00+00'::timestamptz", '2026-01-31T08:15:00.000000Z'],
    ["'2026-01-31 23:59:59.9-05:30'::timestamptz", '2026-02-01T05:29:59.900000Z'],
    ["'1900-01-01 00:00:00.5+00'::timestamptz", '1900-01-01T00:00:00.500000Z'],
    ["'2026-01-31'::date", '2026-01-31'],
    ["'999999999999.99'::numeric(14,2)", 999999999999.99],
    ["'0.10'::numeric(14,2)", 0.1],
    ["'9007199254740991'::int8", Number.MAX_SAFE_INTEGER],
    [`'{"a":[1,null]}'::jsonb`, { a: [1, null] }],
    ["'9D3B0B64-8B0E-4E1B-8F0A-4E1B8F0A4E1B'::uuid", '9d3b0b64-8b0e-4e1b-8f0a-4e1b8f0a4e1b'],
    ["'\\x00ff'::bytea", Buffer.from([0, 255])],
    ["array['2026-01-31 08:15:00+00'::timestamptz, null]", ['2026-01-31T08:15:00.000000Z', null]],
    ["array['2026-01-31'::date]", ['2026-01-31']],
    ['array[1.5::numeric]', [1.5]],
    ['array[12::int8]', [12]],
    ['null::timestamptz', null],
  ])('%s', async (expression, expected) => {
    expect(await read(expression)).toEqual(expected);
  });

  it('reads an instant alike in any session time zone', async () => {
    const client = await db.owner.pool.connect();
    try {
      await client.query("set timezone = 'Asia/Kolkata'");
      const { rows } = await client.query("select '2026-01-31 08:15:00.25+00'::timestamptz as value");
      expect(rows[0].value).toBe('2026-01-31T08:15:00.250000Z');
    } finally {
      client.release(true);
    }
  });

  it.each(["'infinity'::timestamptz", "'0044-03-15 12:00 BC'::timestamptz", "'9007199254740993'::int8"])(
    'refuses what it can not tell truthfully: %s',
    async (expression) => {
      await expect(read(expression)).rejects.toThrow(/^(Not an instant|Too large)/);
    },
  );
});
