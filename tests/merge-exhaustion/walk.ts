import { type Bound, engineOf } from './bound.ts';
import { type Step, takeStep } from './check-step.ts';
import type { Engine } from './engine.ts';
import type { Operation } from './operation.ts';
import { drawOperation, firstWorld, operationsAfter, type World } from './world.ts';

export interface Tally {
  /** Histories of the full length; every shorter one is the beginning of some of them. */
  histories: number;
  /** Decisions of the code under test, each compared with the model. */
  decisions: number;
  conflicts: number;
  failures: number;
  /** The first few of them: the history, and what went wrong at its end. */
  readonly examples: string[];
}

export const emptyTally = (): Tally => ({ histories: 0, decisions: 0, conflicts: 0, failures: 0, examples: [] });

/** A part of a bound's histories: every `count`-th second operation, from the `index`-th on. */
export interface Share {
  readonly index: number;
  readonly count: number;
}

const ALL: Share = { index: 0, count: 1 };

/** Looks at every history of a bound. What histories begin with alike is decided once. */
export function walk(bound: Bound, { index, count }: Share = ALL, engine: Engine = engineOf(bound)): Tally {
  const tally = emptyTally();
  const history: Operation[] = [];
  const visit = (world: World): void => {
    let turn = 0;
    for (const operation of operationsAfter(world, bound)) {
      const isMine = history.length !== 1 || turn++ % count === index;
      const step = isMine ? takeStep(world, operation, bound, engine) : null;
      if (step === null) continue;
      history.push(operation);
      // Every share takes all first operations, to get behind them.
      if (history.length > 1 || index === 0) note(tally, step, history);
      if (history.length < bound.operations) visit(step.world);
      else tally.histories += 1;
      history.pop();
    }
  };
  visit(firstWorld());
  return tally;
}

/** Looks at `count` different histories of the full length, chosen by `random` (0 to 1, without 1). */
export function sample(bound: Bound, count: number, random: () => number): Tally {
  const tally = emptyTally();
  const engine = engineOf(bound);
  const known = new Set<string>();
  while (known.size < count) {
    const history: Operation[] = [];
    const steps: Step[] = [];
    for (let world = firstWorld(); history.length < bound.operations; ) {
      const operation = drawOperation(world, bound, random);
      const step = operation && takeStep(world, operation, bound, engine);
      if (!operation || !step) continue;
      history.push(operation);
      steps.push(step);
      world = step.world;
    }
    const key = JSON.stringify(history);
    if (known.has(key)) continue;
    known.add(key);
    for (const [index, step] of steps.entries()) note(tally, step, history.slice(0, index + 1));
    tally.histories += 1;
  }
  return tally;
}

export function addTally(sum: Tally, part: Tally): void {
  sum.histories += part.histories;
  sum.decisions += part.decisions;
  sum.conflicts += part.conflicts;
  sum.failures += part.failures;
  sum.examples.push(...part.examples.slice(0, MAX_EXAMPLES - sum.examples.length));
}

const MAX_EXAMPLES = 5;

function note(tally: Tally, { conflicts, problems }: Step, history: readonly Operation[]): void {
  tally.decisions += 1;
  tally.conflicts += conflicts;
  if (problems.length === 0) return;
  tally.failures += 1;
  if (tally.examples.length < MAX_EXAMPLES) tally.examples.push(`${JSON.stringify(history)}: ${problems.join('; ')}`);
}
