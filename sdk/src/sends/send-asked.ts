import type { SendResponse } from '@backhaul/shared';
import { UNSENT } from '../attachments/upload-state.ts';
import { barReasonOf } from '../escrow/barred-error.ts';
import { engineTransaction, type LocalDatabase } from '../store/local-database.ts';
import { isOver } from '../sync/backoff.ts';
import type { AskedSend } from './asked-send.ts';
import type { SenderParts } from './sender.ts';

/** Everything that waits and may go, in the order in which it was asked. Loaded once there is something to send. */
export async function sendAsked(parts: SenderParts, signal: AbortSignal): Promise<void> {
  const { local, options } = parts;
  if (signal.aborted) return;
  const waiting = await local.sends.where('state').equals('waiting').sortBy('at');
  for (const asked of waiting) {
    if (!isOver(asked.notBefore, options.now()) || (await isPending(local, asked))) continue;
    if (await waitsForFile(local, asked)) continue;
    // Those before it took their time: it may have been given up, or refused in another tab.
    if ((await local.sends.get(asked.id))?.state !== 'waiting') continue;
    if ((await trySend(parts, asked, signal)) === 'stop' || signal.aborted) return;
  }
}

async function trySend(
  { local, options, transport }: SenderParts,
  { id, path, entityId, request }: AskedSend,
  signal: AbortSignal,
): Promise<'goOn' | 'stop'> {
  const route = `/v1/${path}/${entityId}/send`;
  const answer = await transport.call(route, { ...request, idempotencyKey: id }, isTaken, signal);
  if (answer.ok) {
    await engineTransaction(local, (tx) => tx.sends.delete(id));
    return 'goOn';
  }
  const { kind, code, message: reason, status, retryAfter } = answer.failure;
  if (status === null || kind === 'revoked' || barReasonOf(code)) return 'stop';
  const waits = kind === 'transient' || WAITS.has(code);
  const notBefore = options.now() + (retryAfter ?? 0);
  const state = waits ? 'waiting' : 'refused';
  await engineTransaction(local, (tx) => tx.sends.update(id, { state, code, reason, notBefore }));
  return 'goOn';
}

function isTaken(body: unknown): body is SendResponse {
  return (
    typeof body === 'object' && body !== null && Array.isArray((body as { notificationIds?: unknown }).notificationIds)
  );
}

const FILE_MISSING = 'UPLOAD_MISSING';

/** What passes without anybody's doing anything about the request: a conflict is settled, another device uploads its file. */
const WAITS: ReadonlySet<string> = new Set(['OPEN_CONFLICT', FILE_MISSING, 'INVALID_RESPONSE']);

/** It goes out after the record itself, and not while an edit of it was refused: the record is not what its author saw. */
async function isPending({ outbox, rejected }: LocalDatabase, { entity, entityId }: AskedSend): Promise<boolean> {
  const record = [entity, entityId];
  const waiting = await outbox.where('[entity+entityId]').equals(record).count();
  return waiting + (await rejected.where('[entity+entityId]').equals(record).count()) > 0;
}

/** And after the file that goes along; that it does so is told, because the file may have been refused. */
async function waitsForFile(local: LocalDatabase, { id, code, request }: AskedSend): Promise<boolean> {
  const file = request.attachmentId === undefined ? undefined : await local.files.get(request.attachmentId);
  if (!file || !UNSENT.includes(file.state.kind)) return false;
  if (code !== FILE_MISSING) {
    await engineTransaction(local, (tx) => tx.sends.update(id, { code: FILE_MISSING, reason: null }));
  }
  return true;
}
