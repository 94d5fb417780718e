import { describe, expect, it } from 'vitest';
import { compareDomains } from './compare-domains.ts';
import { defineEntity } from './define-entity.ts';
import * as field from './field.ts';
import { snapshotOf } from './snapshot.ts';

const fields = {
  title: field.text({ required: true, maxLength: 100 }),
  status: field.oneOf(['open', 'done'], { required: true, default: 'open' }),
  code: field.text({ sensitive: true, policy: 'ask' }),
  number: field.integer({ uniqueLive: true }),
  owner: field.reference('person'),
  lines: field.objectList({ text: field.text({ required: true }) }, { maxItems: 10 }),
};
const person = defineEntity({ table: 'people', fields: { name: field.text() } });

function domain(changed: { [name: string]: field.Field }, options: object = {}, without: readonly string[] = []) {
  const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => !without.includes(name)));
  const job = defineEntity({ table: 'jobs', fields: { ...kept, ...changed }, ...options });
  return snapshotOf({ name: 'test', schemaVersion: 2, entities: { person, job } });
}

const released = domain({});

describe('compareDomains', () => {
  it('finds nothing between a declaration and itself, whatever the policies', () => {
    const other = domain({ code: field.text({ sensitive: true, policy: 'serverWins' }) });
    expect(compareDomains(released, other)).toMatchObject({ breaking: [], compatible: [] });
  });

  it.each([
    [domain({}, {}, ['code']), 'job.code is gone'],
    [{ ...released, entities: { job: released.entities['job'] as object } }, 'person is gone'],
    [domain({}, { table: 'tasks' }), 'job has other routes: its table was jobs'],
    [domain({}, { writer: 'server' }), 'job is written by the server alone now'],
    [domain({ number: field.text({ uniqueLive: true }) }), 'job.number was of kind integer'],
    [
      domain({ title: field.text({ required: true, maxLength: 99 }) }),
      'job.title holds 99 characters at most, and held 100',
    ],
    [domain({ title: field.text({ maxLength: 100 }) }), 'job.title may be null now, which old apps do not expect'],
    [domain({ owner: field.reference('person', { required: true }) }), 'job.owner is required now'],
    [domain({ owner: field.reference('job') }), 'job.owner referred to person'],
    [
      domain({ status: field.oneOf(['open'], { required: true, default: 'open' }) }),
      'job.status can not be done any more',
    ],
    [domain({ status: field.oneOf(['open', 'done'], { required: true }) }), 'job.status has no default any more'],
    [domain({ code: field.text() }), 'job.code is not sealed any more'],
    [domain({ title: field.text({ required: true, maxLength: 100, sensitive: true }) }), 'job.title is sealed now'],
    [
      domain({ title: field.text({ required: true, maxLength: 100, uniqueLive: true }) }),
      'job.title must be unique now',
    ],
    [
      domain({ lines: field.objectList({ text: field.text({ required: true }) }, { maxItems: 9 }) }),
      'job.lines holds 9 items at most, and held 10',
    ],
    [
      domain({
        lines: field.objectList({ text: field.text({ required: true }), more: field.text() }, { maxItems: 10 }),
      }),
      'job.lines.more is new within a list, which old apps would write back without it',
    ],
    [
      domain({ extra: field.text({ required: true }) }),
      'job.extra is new and required without a default: old creations lack it',
    ],
    [
      domain({ extra: field.text({ required: true, sensitive: true, default: '?' }) }),
      'job.extra is new, required and sensitive: existing records lack it',
    ],
  ] as const)('%#: breaks: %s', (current, difference) => {
    expect(compareDomains(released, current as typeof released).breaking).toEqual([difference]);
  });

  it.each([
    [domain({ extra: field.text() }), 'job.extra is new'],
    [domain({ extra: field.integer({ required: true, default: 0 }) }), 'job.extra is new, with a default'],
    [
      domain({ status: field.oneOf(['open', 'done', 'late'], { required: true, default: 'open' }) }),
      'job.status can be late now',
    ],
    [
      domain({ status: field.oneOf(['open', 'done'], { required: true, default: 'done' }) }),
      'job.status has another default',
    ],
    [domain({ title: field.text({ required: true, maxLength: 101 }) }), 'job.title holds 101 characters, and held 100'],
    [domain({ number: field.integer() }), 'job.number need not be unique any more'],
    [{ ...released, entities: { ...released.entities, tag: { table: 'tags', fields: {} } } }, 'tag is new'],
  ] as const)('%#: goes on: %s', (current, difference) => {
    expect(compareDomains(released, current)).toMatchObject({
      breaking: [],
      compatible: [difference],
    });
  });
});
