import { foldEngine } from './fold-engine.ts';
import type { Engine } from './engine.ts';
import type { Policies } from './model.ts';
import { pureEngine } from './pure-engine.ts';

/** What a set of histories varies over, and up to where. */
export interface Bound {
  /** Longest history. */
  readonly operations: number;
  readonly policies: Policies;
  /** Edit times in the order of arrival, against it, to and fro, or each operation at any of two times. */
  readonly times: 'rising' | 'falling' | 'zigzag' | 'any of two';
  /** `office`: the third writer has no outbox, like a generic route. */
  readonly cast: 'three devices' | 'two devices and the office';
  /** `joined`: what one device sends in a row is one request. */
  readonly requests: 'single' | 'joined';
  readonly engine: 'merge' | 'fold';
}

export function engineOf({ engine, policies }: Bound): Engine {
  return engine === 'merge' ? pureEngine : foldEngine(policies);
}

export const isOffice = ({ cast }: Bound, device: number): boolean =>
  cast === 'two devices and the office' && device === 2;

export function timesOf({ times }: Bound, arrival: number): readonly number[] {
  switch (times) {
    case 'rising':
      return [arrival + 1];
    case 'falling':
      return [8 - arrival];
    case 'zigzag':
      return [[5, 3, 6, 4][arrival % 4] as number];
    case 'any of two':
      return [3, 5];
  }
}

export function describeBound({ operations, policies, times, cast, requests, engine }: Bound): string {
  const { a, b } = policies;
  return `${operations} operations of ${cast}, ${a} and ${b}, times ${times}, requests ${requests}, by the ${engine}`;
}

const SHORT: Pick<Bound, 'operations' | 'times'> = { operations: 3, times: 'rising' };
const PAIRS: readonly Policies[] = [
  { a: 'clientWins', b: 'serverWins' },
  { a: 'latestEdit', b: 'clientWins' },
  { a: 'serverWins', b: 'ask' },
  { a: 'ask', b: 'latestEdit' },
];
const CASTS = ['three devices', 'two devices and the office'] as const;

/** Every history of up to four operations, each policy and each cast. */
const LONG: readonly Bound[] = CASTS.flatMap((cast) =>
  (
    [
      ['clientWins', 'serverWins', 'rising'],
      ['latestEdit', 'clientWins', 'zigzag'],
      ['serverWins', 'ask', 'rising'],
      ['ask', 'latestEdit', 'falling'],
    ] as const
  ).map(([a, b, times]) => ({ operations: 4, policies: { a, b }, times, cast, requests: 'single', engine: 'merge' })),
);

/** Up to three: all orders of edit times, and all that a push does around the merge. */
const WIDE: readonly Bound[] = CASTS.flatMap((cast) =>
  PAIRS.flatMap((policies): Bound[] => [
    { ...SHORT, policies, cast, requests: 'single', engine: 'fold' },
    { ...SHORT, policies, cast, requests: 'joined', engine: 'fold' },
    { ...SHORT, policies, cast, requests: 'single', engine: 'merge', times: 'any of two' },
  ]),
);

export const ALL_BOUNDS: readonly Bound[] = [...LONG, ...WIDE];
