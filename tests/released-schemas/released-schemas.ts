import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareDomains, type Domain, type DomainSnapshot, jsonEqual, type Json, snapshotOf } from '@backhaul/shared';

/** Where the released declarations of a domain are kept, one file for each version. */
export function releasedFolder({ name }: Pick<Domain, 'name'>): string {
  return join(import.meta.dirname, '..', '..', 'shared', 'src', 'domains', name, 'released');
}

export function readReleased(folder: string): DomainSnapshot[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  return files
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as DomainSnapshot)
    .toSorted((a, b) => a.schemaVersion - b.schemaVersion);
}

/** What keeps the declaration from being released as it is; empty: nothing. */
export function releaseProblems(domain: Domain, released: readonly DomainSnapshot[]): string[] {
  const current = snapshotOf(domain);
  const problems = released.flatMap((before) =>
    compareDomains(before, current).breaking.map((what) => `breaks version ${before.schemaVersion}: ${what}`),
  );
  const newest = released.at(-1);
  if (newest && newest.schemaVersion > current.schemaVersion) {
    problems.push(`version ${newest.schemaVersion} has been released, and schemaVersion is ${current.schemaVersion}`);
  }
  const same = released.find(({ schemaVersion }) => schemaVersion === current.schemaVersion);
  if (same && !jsonEqual(asJson(same), asJson(current))) {
    problems.push(`differs from version ${same.schemaVersion} as it was released: raise schemaVersion`);
  }
  return problems;
}

/** Keeps the declaration for all time. Throws where it may not be released; does nothing where it already is. */
export function writeRelease(domain: Domain, folder: string): 'written' | 'unchanged' {
  const released = readReleased(folder);
  const problems = releaseProblems(domain, released);
  if (problems.length > 0) throw new Error(`${domain.name} ${problems.join('\n')}`);
  if (released.some(({ schemaVersion }) => schemaVersion === domain.schemaVersion)) return 'unchanged';
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${domain.schemaVersion}.json`), `${JSON.stringify(snapshotOf(domain), null, 2)}\n`);
  return 'written';
}

const asJson = (snapshot: DomainSnapshot): Json => JSON.parse(JSON.stringify(snapshot)) as Json;
