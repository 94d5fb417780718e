import { defaultOf } from '../../domain/default-of.ts';
import type { Domain } from '../../domain/define-domain.ts';
import { allowsField, type Grant, grantFor, type IsNamed } from '../../domain/roles.ts';
import type { Json } from '../../json.ts';
import type { MergeResult } from '../../merge/merge-change.ts';
import { DELETION, type StoredRecord } from '../../merge/stored-record.ts';
import { type AdmittedChange, type RejectedChange, reject, type Writer } from './change.ts';

/** Whether the writer may make this record. `null`: yes. */
export function authoriseCreate(
  domain: Domain,
  writer: Writer,
  change: AdmittedChange,
  created: StoredRecord,
): RejectedChange | null {
  const grants = grantsOf(domain, writer, change.entity, 'create');
  if (grants === 'all') return null;
  const grant = grantFor(grants, created, keysOf(writer));
  if (!grant) return forbid(change, `may not create this ${change.entity}`);
  // A null or a default says nothing that leaving the field out would not.
  const given = Object.entries(change.payload).filter(
    ([name, value]) => value !== null && value !== presetOf(change, name),
  );
  return forbiddenFields(
    change,
    grant,
    given.map(([field]) => field),
  );
}

/**
 * Whether the writer may do to this record what the merge found the change to do. Only real edits count: a field sent with
 * the value that the writer saw is no edit, so clients that send whole records are not refused for it.
 */
export function authoriseMerge(
  domain: Domain,
  writer: Writer,
  {
    change,
    before,
    after,
    result,
  }: { change: AdmittedChange; before: StoredRecord; after: StoredRecord; result: MergeResult },
): RejectedChange | null {
  const action = change.op === 'delete' ? 'delete' : 'update';
  const grants = grantsOf(domain, writer, change.entity, action);
  if (grants === 'all') return null;
  const keys = keysOf(writer);
  const grant = grantFor(grants, before, keys);
  if (!grant) return forbid(change, `may not ${action} this ${change.entity}`);
  if (change.op === 'delete') return null;
  if (result.deletion === 'revive' && !result.conflicts.some(({ field }) => field === DELETION)) {
    // Nobody worked on without knowing of the deletion: this undoes it.
    const undo = grantsOf(domain, writer, change.entity, 'create');
    if (undo !== 'all' && !grantFor(undo, after, keys))
      return forbid(change, `may not bring back this ${change.entity}`);
  }
  const edited = [...result.edits, ...result.conflicts].map(({ field }) => field).filter((field) => field !== DELETION);
  const refused = forbiddenFields(change, grant, edited);
  if (refused) return refused;
  return grantFor(grants, after, keys)
    ? null
    : forbid(change, 'would move the record out of what this member may edit', edited);
}

/** Whether the writer may edit this field of the record. */
export function mayWrite(
  domain: Domain,
  writer: Writer,
  { change, before, field }: { change: AdmittedChange; before: StoredRecord; field: string },
): boolean {
  const grants = grantsOf(domain, writer, change.entity, 'update');
  if (grants === 'all') return true;
  const grant = grantFor(grants, before, keysOf(writer));
  return grant !== null && allowsField(grant, field);
}

/**
 * Whether the writer may see what the change touches: `null`, or `hidden` for the record as a whole. A field that it may not
 * see is refused whatever its value, or a guess would be confirmed by being no edit.
 */
export function authoriseRead(
  domain: Domain,
  writer: Writer,
  { change, stored, isNamed }: { change: AdmittedChange; stored: StoredRecord; isNamed: IsNamed },
): RejectedChange | 'hidden' | null {
  const grants = grantsOf(domain, writer, change.entity, 'read');
  if (grants === 'all') return null;
  const grant = grantFor(grants, stored, keysOf(writer), isNamed);
  return grant ? forbiddenFields(change, grant, Object.keys(change.payload)) : 'hidden';
}

function presetOf({ declaration }: AdmittedChange, name: string): Json | undefined {
  const field = declaration.fields[name];
  return field && defaultOf(field);
}

function grantsOf(
  domain: Domain,
  writer: Writer,
  entity: string,
  action: 'read' | 'create' | 'update' | 'delete',
): 'all' | readonly Grant[] {
  if (writer.authority.kind === 'service') return 'all';
  return domain.roles[writer.authority.role][entity]?.[action] ?? [];
}

function keysOf(writer: Writer): Readonly<Record<string, string>> {
  return writer.authority.kind === 'member' ? writer.authority.keys : {};
}

function forbiddenFields(change: AdmittedChange, grant: Grant, fields: readonly string[]): RejectedChange | null {
  const refused = fields.filter((field) => !allowsField(grant, field));
  return refused.length === 0 ? null : forbid(change, `may not set ${refused.join(', ')}`, refused);
}

function forbid(change: AdmittedChange, what: string, fields: readonly string[] = []): RejectedChange {
  return reject(change, 'FORBIDDEN', `This member ${what}`, fields);
}
