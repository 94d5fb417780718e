import { parseArgs } from 'node:util';

export interface Arguments {
  readonly seeds: readonly number[];
  readonly profile: string;
  readonly postgres: string | null;
  readonly workers: number;
  readonly json: boolean;
  readonly trace: boolean;
}

export function parseArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '1-10' },
      profile: { type: 'string', default: 'any' },
      postgres: { type: 'string' },
      workers: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
    },
  });
  return {
    seeds: parseSeeds(values.seeds),
    profile: values.profile,
    postgres: values.postgres ?? null,
    workers: Number(values.workers),
    json: values.json,
    trace: values.trace,
  };
}

/** `7`, `1-150`, or several of these with commas between. */
function parseSeeds(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [from = NaN, to = from] = part.split('-').map(Number);
    if (!Number.isInteger(from) || !Number.isInteger(to))
      throw new Error(`--seeds ${text}: numbers and ranges, please`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
