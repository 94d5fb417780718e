import { createSeededRandom, type SeededRandom } from '@backhaul/server/demo';
import { type Trouble, TROUBLES } from './provider-double.ts';

export type ScheduleChannel = 'sms' | 'whatsapp' | 'email';

/** Everything that goes wrong with one invoice, drawn before anything runs. */
export interface Schedule {
  readonly seed: number;
  readonly channels: readonly ScheduleChannel[];
  /** How often somebody asks for the same, each with a key of its own, the same key, or none. */
  readonly requests: readonly ('sameKey' | 'ownKey' | 'noKey')[];
  /** Of the requests to providers, in order. */
  readonly troubles: readonly (Trouble | null)[];
  /** Of each round of work: where each worker that takes part is killed. */
  readonly rounds: readonly (readonly WorkerEnd[])[];
  /** What is reported of an accepted message, in the order in which it arrives; some of it twice. */
  readonly reports: readonly ('sent' | 'delivered' | 'failed')[];
  /** Reports arrive between the rounds, or only once all is quiet. */
  readonly reportsEarly: boolean;
}

export type WorkerEnd = { readonly step: number; readonly when: 'before' | 'after' } | null;

const ROUNDS = 6;
/** Statements of one step of work and the call of the provider, which is about the eleventh. */
const STEPS = { first: 1, last: 16 } as const;
/** Where it matters most: from the note that it is being sent to the note of the answer. */
const IN_DOUBT = { first: 9, last: 15 } as const;

export function drawSchedule(seed: number): Schedule {
  const random = createSeededRandom(seed * 7919);
  const channels = random.chance(0.2)
    ? (['sms', 'email'] as const)
    : [random.pick(['sms', 'whatsapp', 'email'] as const)];
  return {
    seed,
    channels,
    requests: Array.from({ length: random.pick([1, 1, 2, 3]) }, () =>
      random.pick(['sameKey', 'ownKey', 'noKey'] as const),
    ),
    troubles: Array.from({ length: random.pick([0, 1, 2, 4, 8]) }, () =>
      random.chance(0.75) ? random.pick(TROUBLES) : null,
    ),
    rounds: Array.from({ length: ROUNDS }, () => drawWorkers(random)),
    reports: drawReports(random),
    reportsEarly: random.chance(0.5),
  };
}

function drawWorkers(random: SeededRandom): WorkerEnd[] {
  return Array.from({ length: random.pick([1, 1, 2]) }, () => {
    if (!random.chance(0.45)) return null;
    const { first, last } = random.pick([STEPS, IN_DOUBT]);
    return { step: random.int(first, last), when: random.pick(['before', 'after'] as const) };
  });
}

/** Two fifths of the messages are never heard of; the rest in any order, and some of it again. */
function drawReports(random: SeededRandom): Schedule['reports'] {
  if (random.chance(0.4)) return [];
  const end = random.pick(['delivered', 'delivered', 'failed'] as const);
  const all = ['sent', end, ...(random.chance(0.4) ? (['sent', end] as const) : [])] as const;
  return all
    .map((report) => ({ report, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ report }) => report);
}
