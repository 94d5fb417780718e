import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Domain, defineEntity, domains, field, fieldService } from '@backhaul/shared';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readReleased, releasedFolder, releaseProblems, writeRelease } from './released-schemas.ts';

describe.each(Object.values(domains))('the declaration of $name', (domain) => {
  it('is released in this version, and breaks no app of an earlier one', () => {
    const released = readReleased(releasedFolder(domain));
    expect(releaseProblems(domain, released)).toEqual([]);
    expect(
      released.map(({ schemaVersion }) => schemaVersion),
      '`pnpm schema:release` keeps the declaration of a new version',
    ).toEqual(Array.from({ length: domain.schemaVersion }, (_, index) => index + 1));
  });
});

describe('a release', () => {
  const { task } = fieldService.entities;
  const withTask = (schemaVersion: number, fields: object): Domain => ({
    ...(fieldService as Domain),
    schemaVersion,
    entities: { ...fieldService.entities, task: defineEntity({ ...task, fields: { ...task.fields, ...fields } }) },
  });

  it('is written once, and not without a new number when the declaration has changed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'released-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(writeRelease(fieldService, folder)).toBe('written');
    expect(writeRelease(fieldService, folder)).toBe('unchanged');
    const color = field.text();
    const { schemaVersion: now } = fieldService;
    expect(() => writeRelease(withTask(now, { color }), folder)).toThrow('raise schemaVersion');
    expect(writeRelease(withTask(now + 1, { color }), folder)).toBe('written');
    expect(() => writeRelease(withTask(now, { color }), folder)).toThrow(`version ${now + 1} has been released`);
    expect(() => writeRelease(withTask(now + 2, { title: field.text() }), folder)).toThrow(
      /breaks version \d+: task\.title/,
    );
    expect(readReleased(folder).map(({ schemaVersion }) => schemaVersion)).toEqual([now, now + 1]);
  });
});
