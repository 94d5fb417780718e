import type { Business } from './business.ts';
import type { Tab } from './tab.ts';

/** What users saw being stored, against what the service has in the end. All three lists are empty when all is well. */
export interface Comparison {
  readonly typed: number;
  /** Titles of records, or of records whose note was stored, that the service does not have. */
  readonly lost: readonly string[];
  /** Titles and audited creations or edits that are there more than once. */
  readonly twice: readonly string[];
  /** Titles of records that nobody typed. */
  readonly unknown: readonly string[];
}

export async function compare(tabs: readonly Pick<Tab, 'stored' | 'noted'>[], business: Business): Promise<Comparison> {
  const tasks = await business.tasks();
  const held = new Map(tasks.map((task) => [task.id, task]));
  const stored = new Map(tabs.flatMap((tab) => [...tab.stored]));
  const noted = tabs.flatMap((tab) => [...tab.noted]);
  const unnoted = noted.filter((id) => held.get(id)?.notes !== `note of ${stored.get(id)}`);
  const audited = await business.audited();
  const entries = audited.filter(({ entityId }) => held.has(entityId));
  return {
    typed: stored.size,
    lost: [
      ...[...stored].filter(([id]) => !held.has(id)).map(([, title]) => title),
      ...unnoted.map((id) => `note of ${stored.get(id)}`),
    ],
    twice: [
      ...repeated(tasks.map(({ title }) => title)),
      ...repeated(entries.filter(({ action }) => action === 'create').map(({ entityId }) => `create ${entityId}`)),
      ...repeated(entries.filter(({ action }) => action === 'update').map(({ entityId }) => `update ${entityId}`)),
    ],
    // What was stored in the breath before a death, and not told any more, is well named all the same.
    unknown: tasks.map(({ title }) => title).filter((title) => !/^(tab|run) \d+ \d+$/.test(title)),
  };
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
