import type { ConflictPolicy } from '../domain/conflict-policy.ts';
import { DELETION } from '../merge/stored-record.ts';
import { unreachable } from '../unreachable.ts';

/** What a summary needs: names of people, the entity and fields; never a value, so that it may be shown and sent anywhere. */
export interface SummaryInput {
  readonly entity: string;
  readonly fields: readonly string[];
  readonly kind: 'fields' | 'deletedOverEdit' | 'editedOverDelete';
  /** `null`: nobody is known, for example the service itself. */
  readonly clientName: string | null;
  readonly serverName: string | null;
  readonly winner: 'client' | 'server';
  readonly policy: ConflictPolicy;
}

/** One sentence that a manager understands without knowing how sync works. */
export function conflictSummary({
  entity,
  fields,
  kind,
  clientName,
  serverName,
  winner,
  policy,
}: SummaryInput): string {
  const client = clientName ?? 'Someone';
  const server = serverName ?? 'the office';
  const record = withArticle(entity);
  const what = list(fields.map(words));
  switch (kind) {
    case 'deletedOverEdit':
      if (fields.includes(DELETION))
        return `${client} deleted ${record} without having seen that ${server} had brought it back; it is deleted, and can be brought back here.`;
      return `${client} deleted ${record} without having seen that ${server} had changed ${what}; it is deleted, and the changes are kept here.`;
    case 'editedOverDelete':
      return `${client} changed ${record} without having seen that ${server} had deleted it; it is back, with ${client}'s changes.`;
    case 'fields': {
      const sameName = client === server;
      const who = sameName ? `${client} changed` : `${client} and ${server} both changed`;
      const where = sameName ? ' on two devices' : '';
      const stands = sameName ? 'one value' : `the value of ${winner === 'client' ? client : server}`;
      const outcome =
        policy === 'ask'
          ? `a manager must choose, and until then ${stands} stands`
          : `${stands} stands, the other is kept here`;
      return `${who} ${what} of ${record}${where}; ${outcome}.`;
    }
    default:
      return unreachable(kind);
  }
}

/** `task` -> `a task`, `employee` -> `an employee`. */
export function withArticle(entity: string): string {
  return `${/^[aeiou]/.test(entity) ? 'an' : 'a'} ${words(entity)}`;
}

/** `checkInTime` -> `check in time`, `finance_entry` -> `finance entry`, `company.taxId` -> `company tax id`. */
export function words(name: string): string {
  return name.replaceAll(/[_.]/g, ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** `a`, `a and b`, `a, b and c`. */
function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
