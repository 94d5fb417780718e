import { jsonEqual } from '../json.ts';
import { defaultOf } from './default-of.ts';
import type { Field, Fields } from './field.ts';
import type { DomainSnapshot, EntitySnapshot } from './snapshot.ts';

/** One difference, as a sentence that begins with the name of what differs. */
export interface DomainDifferences {
  /** What an app or a device of the released version would stumble over. */
  readonly breaking: readonly string[];
  /** What it can live with. */
  readonly compatible: readonly string[];
}

/**
 * What has changed since a declaration was released. Devices stay on old versions for months, so a released declaration must
 * stay usable beside every later one: old patches and creations accepted, old values among the new ones.
 */
export function compareDomains(released: DomainSnapshot, current: DomainSnapshot): DomainDifferences {
  const found = new Differences();
  if (released.name !== current.name) found.breaks('the domain', `was called ${released.name}`);
  for (const [name, before] of Object.entries(released.entities)) {
    const after = own(current.entities, name);
    if (after) compareEntities(found, name, before, after);
    else found.breaks(name, 'is gone');
  }
  for (const name of Object.keys(current.entities)) {
    if (!own(released.entities, name)) found.allows(name, 'is new');
  }
  return found;
}

class Differences implements DomainDifferences {
  readonly breaking: string[] = [];
  readonly compatible: string[] = [];
  breaks(what: string, how: string): void {
    this.breaking.push(`${what} ${how}`);
  }
  allows(what: string, how: string): void {
    this.compatible.push(`${what} ${how}`);
  }
}

function compareEntities(found: Differences, name: string, before: EntitySnapshot, after: EntitySnapshot): void {
  if (before.table !== after.table) found.breaks(name, `has other routes: its table was ${before.table}`);
  if (before.writer !== after.writer) {
    if (after.writer === 'server') found.breaks(name, 'is written by the server alone now');
    else found.allows(name, 'may be written by devices now');
  }
  compareFields(found, name, before.fields, after.fields);
}

function compareFields(found: Differences, owner: string, before: Fields, after: Fields): void {
  for (const [name, field] of Object.entries(before)) {
    const now = own(after, name);
    if (now) compareField(found, `${owner}.${name}`, field, now);
    else found.breaks(`${owner}.${name}`, 'is gone');
  }
  for (const [name, field] of Object.entries(after)) {
    if (!own(before, name)) addField(found, `${owner}.${name}`, field);
  }
}

function addField(found: Differences, name: string, field: Field): void {
  if (!field.required) return found.allows(name, 'is new');
  // Its values are in no column, so a migration can not fill it in for the records that exist.
  if (field.sensitive) return found.breaks(name, 'is new, required and sensitive: existing records lack it');
  if (!hasDefault(field)) return found.breaks(name, 'is new and required without a default: old creations lack it');
  found.allows(name, 'is new, with a default');
}

function compareField(found: Differences, name: string, before: Field, after: Field): void {
  if (before.kind !== after.kind) return found.breaks(name, `was of kind ${before.kind}`);
  compareOptions(found, name, before, after);
  compareKind(found, name, before, after);
}

function compareOptions(found: Differences, name: string, before: Field, after: Field): void {
  if (!before.required && after.required) found.breaks(name, 'is required now');
  if (before.required && !after.required) found.breaks(name, 'may be null now, which old apps do not expect');
  if (before.sensitive !== after.sensitive) {
    found.breaks(name, after.sensitive ? 'is sealed now' : 'is not sealed any more');
  }
  if (!before.uniqueLive && after.uniqueLive) found.breaks(name, 'must be unique now');
  if (before.uniqueLive && !after.uniqueLive) found.allows(name, 'need not be unique any more');
  if (after.required && hasDefault(before) && !hasDefault(after)) found.breaks(name, 'has no default any more');
  else if (!jsonEqual(defaultOf(before), defaultOf(after))) found.allows(name, 'has another default');
}

/** Both of one kind. */
function compareKind(found: Differences, name: string, before: Field, after: Field): void {
  if (before.kind === 'text' && after.kind === 'text') {
    compareLimit(found, name, 'characters', before.maxLength, after.maxLength);
  }
  if ((before.kind === 'enum' && after.kind === 'enum') || (before.kind === 'enumList' && after.kind === 'enumList')) {
    for (const value of before.values)
      if (!after.values.includes(value)) found.breaks(name, `can not be ${value} any more`);
    for (const value of after.values) if (!before.values.includes(value)) found.allows(name, `can be ${value} now`);
  }
  if (before.kind === 'enum' && after.kind === 'enum' && before.anyCase !== after.anyCase) {
    if (before.anyCase) found.breaks(name, 'takes its values in one letter case only');
    else found.allows(name, 'takes its values in any letter case');
  }
  if (before.kind === 'reference' && after.kind === 'reference' && before.entity !== after.entity) {
    found.breaks(name, `referred to ${before.entity}`);
  }
  if (before.kind === 'objectList' && after.kind === 'objectList') {
    compareLimit(found, name, 'items', before.maxItems, after.maxItems);
    compareItems(found, name, before.item, after.item);
  }
}

/** An object list is one value: an old app sends the whole of it, without what it does not know. */
function compareItems(found: Differences, name: string, before: Fields, after: Fields): void {
  const known = Object.fromEntries(Object.entries(after).filter(([key]) => own(before, key)));
  compareFields(found, name, before, known);
  for (const key of Object.keys(after)) {
    if (!own(before, key))
      found.breaks(`${name}.${key}`, 'is new within a list, which old apps would write back without it');
  }
}

function compareLimit(found: Differences, name: string, what: string, before: number, after: number): void {
  if (after < before) found.breaks(name, `holds ${after} ${what} at most, and held ${before}`);
  if (after > before) found.allows(name, `holds ${after} ${what}, and held ${before}`);
}

const hasDefault = (field: Field): boolean => defaultOf(field) !== undefined;

function own<T>(values: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
