import { type AuditRow, type FieldChanges, listAudit as readAudit, readMemberNames, withTenant } from '@backhaul/db';
import {
  type AuditAction,
  type AuditEntry,
  type AuditQuery,
  type AuditResponse,
  parseCursor,
  parseRecordId,
  parseUserId,
  type TenantId,
  type UserId,
  withArticle,
  words,
} from '@backhaul/shared';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';

const DEFAULT_LIMIT = 100;

/** What happened in a tenant, who did it and on which device, for managers. Throws INVALID_CURSOR. */
export async function listAudit(services: Services, tenantId: TenantId, query: AuditQuery): Promise<AuditResponse> {
  const { since, order = 'asc', limit = DEFAULT_LIMIT, entity, entityId, actor } = query;
  const after = since === undefined ? null : parseCursor(since);
  if (since !== undefined && after === null) throw new ApiError('INVALID_CURSOR');
  const actorId = actor === undefined ? undefined : parseUserId(actor);
  if (actorId === null)
    throw new ApiError('INVALID_ID', { message: 'The actor is no user id', details: { parameter: 'actor' } });
  return withTenant(
    services.database,
    tenantId,
    async (tx) => {
      // A record's id in any letter case; other ids, of members for example, as they are.
      const subject = parseRecordId(entityId) ?? entityId;
      const rows = await readAudit(tx, { after, order, limit: limit + 1, entity, entityId: subject, actor: actorId });
      const hasMore = rows.length > limit;
      const page = hasMore ? rows.slice(0, limit) : rows;
      const keyring = await services.crypto.keyring(tx);
      const users = page.flatMap((row) => [row.actor_user_id, row.author_user_id]).filter((user) => user !== null);
      const names = await readMemberNames(tx, [...new Set(users)]);
      const audit = page.map((row) => toEntry(keyring, names, row));
      return { audit, nextCursor: page.at(-1)?.version ?? after, hasMore };
    },
    { readOnly: true },
  );
}

function toEntry(keyring: Keyring, names: ReadonlyMap<UserId, string>, row: AuditRow): AuditEntry {
  const sealed = row.sealed === null ? {} : (keyring.open(['audit', row.audit_id], row.sealed) as FieldChanges);
  const changes = { ...row.changes, ...sealed };
  const { actor_user_id: userId, author_user_id: authorId, entity, action } = row;
  const person = (id: UserId | null) => (id === null ? null : { userId: id, name: names.get(id) ?? id });
  const [actor, author] = [person(userId), person(authorId)];
  return {
    id: row.audit_id,
    entity,
    entityId: row.entity_id,
    action,
    summary: summarise(
      { actor: actor?.name ?? null, author: author?.name ?? null },
      action,
      entity,
      Object.keys(changes),
    ),
    actor,
    author,
    device: row.device_id,
    changes,
    createdAt: row.version,
  };
}

const PAST: { readonly [A in AuditAction]: string } = {
  create: 'created',
  update: 'changed',
  delete: 'deleted',
  restore: 'brought back',
  resolve: 'settled a conflict of',
  invite: 'sent',
  join: 'joined as',
  remove: 'removed',
  revoke: 'revoked',
  escrow: 'handed over unsent work of',
  apply: 'applied a change of',
  discard: 'discarded a change of',
};

/** Names people and fields, never values: `Ana changed status and notes of a task`. */
function summarise(
  { actor, author }: { readonly actor: string | null; readonly author: string | null },
  action: AuditAction,
  entity: string,
  fields: readonly string[],
): string {
  const what = entity === 'settings' ? 'the settings' : withArticle(entity);
  const office = actor ?? 'Backhaul';
  if (action === 'apply' || action === 'discard') {
    return `${office} ${PAST[action]} ${what}${author === null ? '' : ` by ${author}`}`;
  }
  const who = author ?? office;
  const applied = author === null ? '' : `; ${office} applied it`;
  if (action === 'update' && fields.length === 0) return `${who} met a conflict in ${what}${applied}`;
  if (action !== 'update') return `${who} ${PAST[action]} ${what}${applied}`;
  return `${who} changed ${fields.map(words).join(', ')} of ${what}${applied}`;
}
