import { type Entity, MANAGED_KEYS } from '../../domain/define-entity.ts';
import { parseField } from '../../domain/parse-field.ts';
import type { ErrorCode } from '../../errors/error-code.ts';
import { isRetryable } from '../../errors/error-policy.ts';
import type { Json } from '../../json.ts';
import type { RecordValues } from '../../merge/stored-record.ts';
import type { RejectedChange } from './change.ts';

/** Something that is wrong in a change. */
export interface Fault {
  readonly code: ErrorCode;
  readonly field: string;
  readonly reason: string;
}

/** Faults that one rejection lists; whoever makes more has other troubles. */
const MAX_FAULTS = 20;
/** UTF-16 code units of a sender's own words in an answer. */
const MAX_ECHO = 100;

export const fault = (code: ErrorCode, field: string, reason: string): Fault => ({ code, field, reason });

/** The declared fields of a payload in canonical form, or everything that is wrong with it. */
export function parsePayload(
  declaration: Entity,
  payload: { readonly [field: string]: unknown },
): { readonly values: RecordValues } | { readonly faults: readonly Fault[] } {
  const values: Record<string, Json> = {};
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(payload)) {
    if (name === 'deletedAt' && value !== null) faults.push(fault('USE_DELETE', name, 'is set by a delete'));
    if (MANAGED_KEYS.has(name)) continue;
    const field = Object.hasOwn(declaration.fields, name) ? declaration.fields[name] : undefined;
    if (!field) {
      faults.push(fault('UNKNOWN_FIELD', echoed(name), 'is not a field of this entity'));
      continue;
    }
    const parsed = parseField(field, value);
    if (parsed.ok) values[name] = parsed.value;
    else faults.push(fault(parsed.code, name, parsed.reason));
  }
  return faults.length > 0 ? { faults } : { values };
}

/** What is wrong, as one rejection: the first settled fault's code, or the first one's where all may pass later. */
export function describeFaults(found: readonly Fault[]): Pick<RejectedChange, 'code' | 'message' | 'fields'> {
  const leading = found.find(({ code }) => !isRetryable(code)) ?? found[0];
  if (!leading) throw new Error('Nothing is wrong');
  const faults = found.slice(0, MAX_FAULTS);
  return {
    code: leading.code,
    message: faults.map(({ field, reason }) => `${field} ${reason}`.trim()).join('; '),
    fields: [...new Set(faults.map(({ field }) => field).filter((field) => field !== ''))],
  };
}

/** What a sender called something, in a form that can be answered and stored. */
export function echoed(name: string): string {
  return name.slice(0, MAX_ECHO).toWellFormed().replaceAll('\0', '\uFFFD');
}
