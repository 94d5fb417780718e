import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../simulation/plan/plan.ts';
import type { ScenarioReport, Violation } from '../simulation/report.ts';
import type { Invariant, PlantedBug } from './planted-bug.ts';

/** How a bug was found. The plan of the seed is kept beside it, because what draws it changes. */
export interface Catch {
  readonly seed: number;
  readonly profile: string;
  /** Name of its plan, see `keepPlan`. */
  readonly plan: string;
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

const planPath = (name: string): string => join(import.meta.dirname, 'plans', `${name}.json`);

export async function readPlan(name: string): Promise<Plan> {
  return JSON.parse(await readFile(planPath(name), 'utf8')) as Plan;
}

/** Bugs that one plan catches share its file. Another plan of the same seed, from code that draws otherwise, has another name. */
export async function keepPlan(plan: Plan): Promise<string> {
  const { steps, ...rest } = plan;
  const lines = steps.map((step) => JSON.stringify(step)).join(',\n');
  const text = `${JSON.stringify(rest).slice(0, -1)},"steps":[\n${lines}\n]}\n`;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const name = `${plan.profile}-${plan.seed}-${digest}`;
  await writeFile(planPath(name), text);
  return name;
}

/** The first violation of what the bug breaks; `null`: it got through. */
export function catching(
  { breaks }: PlantedBug,
  { violations }: ScenarioReport,
): (Violation & Pick<Catch, 'invariant'>) | null {
  const found = violations.find(({ invariant }) => (breaks as readonly string[]).includes(invariant));
  return found ? { ...found, invariant: found.invariant as Invariant } : null;
}
