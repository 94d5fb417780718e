import { createSeededRandom } from '@backhaul/server/demo';
import { DELETION } from '@backhaul/shared';
import { describe, expect, it } from 'vitest';
import { ALL_BOUNDS, type Bound, describeBound } from './bound.ts';
import { type Decision, type Engine, versionOf } from './engine.ts';
import { pureEngine } from './pure-engine.ts';
import { addTally, emptyTally, sample, walk } from './walk.ts';

/** All of it, more than 60 million histories: `pnpm exhaust`. */
describe('I5: the merge against a model that knows who saw what', () => {
  it.each(ALL_BOUNDS.map((bound) => [describeBound({ ...bound, operations: 2 }), bound] as const))(
    'every history of %s',
    (_, bound) => {
      const { failures, examples, histories } = walk({ ...bound, operations: 2 });
      expect(examples).toEqual([]);
      expect(failures).toBe(0);
      expect(histories).toBeGreaterThan(1_000);
    },
  );

  it('100,000 longer histories, the same ones every time', () => {
    const seed = Number(process.env.SEED ?? 1);
    const { next } = createSeededRandom(seed);
    const sum = emptyTally();
    for (const bound of ALL_BOUNDS) addTally(sum, sample(bound, Math.ceil(100_000 / ALL_BOUNDS.length), next));
    expect(sum.examples, `seed ${seed}`).toEqual([]);
    expect(sum.failures).toBe(0);
    expect(sum.histories).toBeGreaterThanOrEqual(100_000);
    expect(sum.conflicts).toBeGreaterThan(10_000);
  }, 60_000);

  it('shares split the histories of a bound without a gap or an overlap', () => {
    const bound = { ...(ALL_BOUNDS[0] as Bound), operations: 2 };
    const sum = emptyTally();
    for (const index of [0, 1, 2]) addTally(sum, walk(bound, { index, count: 3 }));
    expect(sum).toEqual(walk(bound));
  });
});

/** Whether the model notices. What each does wrong has been done wrong by a real sync engine. */
describe('a merge that', () => {
  const silent = (isSilent: (decision: Decision, before: Decision['row']) => boolean): Engine => {
    return (before, arrival, context) => {
      const decision = pureEngine(before, arrival, context);
      const hides = before.row !== null && isSilent(decision, before.row);
      return hides ? { ...decision, outcome: 'applied', conflicts: [] } : decision;
    };
  };
  const wrong: Record<string, Engine> = {
    'lets the last writer win without a word': silent(({ conflicts }) => conflicts[0]?.winner === 'client'),
    'deletes over an unseen edit without a word': silent(
      (after, row) => row.deletedAt === null && after.row.deletedAt !== null,
    ),
    'undoes an unseen deletion without a word': silent(({ conflicts }) => conflicts.at(-1)?.field === DELETION),
    'believes that everybody has seen everything': (before, arrival, context) => {
      const seen = Math.max(arrival.operation.seen, arrival.mark.arrival - 1);
      return pureEngine(before, { ...arrival, operation: { ...arrival.operation, seen } }, context);
    },
    'compares whole records': (before, arrival, context) => {
      const { row } = before;
      const last = Object.values(row?.fieldVersions ?? {}).find(({ version }) => version === row?.updatedAt);
      const blurred = row && last ? { ...row, fieldVersions: { ...row.fieldVersions, a: last, b: last } } : row;
      return pureEngine({ ...before, row: blurred }, arrival, context);
    },
    'takes the echo of a whole record for an edit': (before, arrival, context) =>
      pureEngine({ ...before, log: [] }, arrival, context),
    'lets every policy be the default': (before, arrival, context) =>
      pureEngine(before, arrival, { ...context, policies: { a: 'clientWins', b: 'clientWins' } }),
    'logs a loss twice': (before, arrival, context) => {
      const decision = pureEngine(before, arrival, context);
      return { ...decision, conflicts: [...decision.conflicts, ...decision.conflicts.slice(0, 1)] };
    },
    'forgets the second of two losses': (before, arrival, context) => {
      const decision = pureEngine(before, arrival, context);
      return { ...decision, conflicts: decision.conflicts.slice(0, 1) };
    },
    'hands out a version for nothing': (before, arrival, context) => {
      const decision = pureEngine(before, arrival, context);
      return { ...decision, row: { ...decision.row, updatedAt: versionOf(arrival.mark.arrival) } };
    },
  };

  it.each(Object.entries(wrong))('%s is caught', (_, engine) => {
    const bounds = ALL_BOUNDS.filter((bound) => bound.engine === 'merge');
    const isCaught = bounds.some((bound) => walk({ ...bound, operations: 2 }, undefined, engine).failures > 0);
    expect(isCaught).toBe(true);
  });
});
