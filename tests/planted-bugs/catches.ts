import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../simulation/plan/plan.ts';
import type { ScenarioReport, Violation } from '../simulation/report.ts';
import type { Invariant, PlantedBug } from './planted-bug.ts';

/** How a bug was found. The plan of the seed is kept beside it, because what draws it changes. */
export interface Catch {
  readonly seed: number;
  readonly profile: string;
  readonly invariant: Invariant;
  readonly what: string;
  /** Until the bug was caught, this one included. */
  readonly scenariosTried: number;
}

export type Catches = { readonly [bugId: string]: Catch };

const CATCHES = join(import.meta.dirname, 'catching-seeds.json');

export async function readCatches(): Promise<Catches> {
  return JSON.parse(await readFile(CATCHES, 'utf8')) as Catches;
}

export async function writeCatches(catches: Catches): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(catches).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(CATCHES, `${JSON.stringify(sorted, null, 2)}\n`);
}

type PlanName = Pick<Catch, 'seed' | 'profile'>;

const planPath = ({ seed, profile }: PlanName): string => join(import.meta.dirname, 'plans', `${profile}-${seed}.json`);

export async function readPlan(name: PlanName): Promise<Plan> {
  return JSON.parse(await readFile(planPath(name), 'utf8')) as Plan;
}

export async function writePlan(plan: Plan): Promise<void> {
  const { steps, ...rest } = plan;
  const lines = steps.map((step) => JSON.stringify(step)).join(',\n');
  await writeFile(planPath(plan), `${JSON.stringify(rest).slice(0, -1)},"steps":[\n${lines}\n]}\n`);
}

/** The first violation of what the bug breaks; `null`: it got through. */
export function catching(
  { breaks }: PlantedBug,
  { violations }: ScenarioReport,
): (Violation & Pick<Catch, 'invariant'>) | null {
  const found = violations.find(({ invariant }) => (breaks as readonly string[]).includes(invariant));
  return found ? { ...found, invariant: found.invariant as Invariant } : null;
}
