import { countEarlierWaiting, findKnownIds, type QuarantineRow, readMemberNames, type TenantTx } from '@backhaul/db';
import {
  type Domain,
  ERROR_POLICY,
  type Language,
  parseInstant,
  type QuarantineEntry,
  quarantineSummary,
} from '@backhaul/shared';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import type { Services } from '../services.ts';
import { type AdmittedChange, recordKey } from '@backhaul/shared/engine';
import { currentOf, keyOf, readPullCursors, readRecordsOf } from './current-record.ts';
import { contextOf, openContent } from './entry-content.ts';
import { admitCorrected, admitFrame, payloadOf, type QuarantineContent } from './read-item.ts';

/** Entries as they are answered: values opened, beside the records as they are now. A bounded number of statements. */
export async function toEntries(
  { domain, crypto }: Pick<Services, 'domain' | 'crypto'>,
  tx: TenantTx,
  { rows, language }: { readonly rows: readonly QuarantineRow[]; readonly language: Language },
): Promise<QuarantineEntry[]> {
  const keyring = await crypto.keyring(tx);
  const opened = rows.map((row) => openEntry(domain, keyring, row));
  const frames = opened.flatMap(({ frame }) => (frame ? [frame] : []));
  const records = await readRecordsOf(domain, keyring, tx, frames);
  const absent = frames.filter((frame) => !records.has(keyOf(frame)));
  const purged = new Set(
    (
      await findKnownIds(
        tx,
        domain,
        absent.map(({ entity, entityId }) => ({ entity, id: entityId })),
      )
    ).map(({ entity, id }) => recordKey(entity, id)),
  );
  const waiting = opened.filter(({ row, frame }) => row.status === 'waiting' && frame !== null);
  const earlier = await countEarlierWaiting(
    tx,
    waiting.map(({ row, frame }) => ({
      id: row.quarantine_id,
      entity: frame?.entity ?? '',
      entityId: frame?.entityId ?? '',
      version: row.version,
    })),
  );
  const deciders = rows.map((row) => row.decided_by).filter((user) => user !== null);
  const names = await readMemberNames(tx, [...new Set(deciders)]);
  const pullCursors = await readPullCursors(tx, [...new Set(rows.map((row) => row.device_id))]);
  return opened.map(({ row, content, frame }): QuarantineEntry => {
    const typed = payloadOf(content.change) ?? {};
    const decidedBy = row.decided_by;
    const stored = frame === null ? null : (records.get(keyOf(frame)) ?? null);
    const deviceId = row.device_id;
    const pullCursor = pullCursors.get(deviceId) ?? null;
    return {
      id: row.quarantine_id,
      status: row.status,
      reason: row.reason,
      summary: summaryOf({ domain, language }, row, frame, typed),
      author: { userId: row.user_id, name: row.user_name },
      device: deviceId,
      changeId: row.change_id,
      op: row.op,
      entity: row.entity,
      entityId: row.entity_id,
      editedAt: parseInstant(row.edited_at) ?? row.edited_at,
      setAsideAt: parseInstant(row.set_aside_at),
      createdAt: row.version,
      values: frame?.op === 'delete' ? {} : typed,
      current: currentOf(frame, stored, { purged, typed, deviceId, pullCursor }),
      usable: frame !== null,
      raw: frame === null ? JSON.stringify(content.change) : null,
      refusal: refusalOf(domain, row, content),
      earlierWaiting: earlier.get(row.quarantine_id) ?? 0,
      outcome: row.outcome,
      conflicts: row.conflict_ids ?? [],
      corrections: content.corrections,
      decidedBy: decidedBy === null ? null : { userId: decidedBy, name: names.get(decidedBy) ?? decidedBy },
      decidedAt: row.decided_version,
    };
  });
}

interface OpenedEntry {
  readonly row: QuarantineRow;
  readonly content: QuarantineContent;
  readonly frame: AdmittedChange | null;
}

function openEntry(domain: Domain, keyring: Keyring, row: QuarantineRow): OpenedEntry {
  const content = openContent(keyring, row);
  return { row, content, frame: admitFrame(content.change, contextOf(domain, row)) };
}

/** The last refusal, or what is plainly wrong with a change that nobody has tried yet. */
function refusalOf(domain: Domain, row: QuarantineRow, content: QuarantineContent): QuarantineEntry['refusal'] {
  if (row.code !== null) {
    const { message = '', fields = [] } = content.refusal ?? {};
    return {
      code: row.code,
      message: row.message ?? (message || ERROR_POLICY[row.code].meaning),
      fields: [...(row.fields ?? fields)],
    };
  }
  if (row.status !== 'waiting') return null;
  const judged = admitCorrected(content, contextOf(domain, row));
  return 'kind' in judged ? { code: judged.code, message: judged.message, fields: [...judged.fields] } : null;
}

function summaryOf(
  { domain, language }: { readonly domain: Domain; readonly language: Language },
  row: QuarantineRow,
  frame: AdmittedChange | null,
  typed: { readonly [field: string]: unknown },
): string {
  const fields = frame?.declaration.fieldNames.filter((field) => Object.hasOwn(typed, field)) ?? [];
  const op = frame?.op === 'delete' ? 'delete' : frame?.base.kind === 'create' ? 'create' : 'update';
  const input = {
    domain,
    author: row.user_name,
    reason: row.reason,
    change: frame && ({ op, entity: frame.entity, fields } as const),
    wasRefused: row.code !== null,
  };
  return quarantineSummary(input, language);
}
