import { unreachable } from '@backhaul/shared';
import type { BackhaulErrorCode } from '../errors.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import { backoffDelay, isOver, slowDelay } from '../sync/backoff.ts';
import { failure, type Failure } from '../transport/failure.ts';
import { isObject } from '../transport/read-answer.ts';
import { orAborted } from '../transport/transport.ts';
import { step, tidyFiles } from './file-steps.ts';
import { filesTransaction } from './file-store.ts';
import { lineTime, STALLED } from './line-time.ts';
import type { LocalFile } from './local-file.ts';
import type { UploadEvent } from './upload-machine.ts';
import { sendByXhr, senderOf } from './send-bytes.ts';
import { WAITING } from './upload-state.ts';
import type { UploadParts } from './uploader.ts';

/** Milliseconds. Timers take no more than 24 days, and a clock that was wrong may have said anything. */
const LONGEST_WAIT = 3_600_000;

/**
 * One look at everything that waits, and an attempt for each file whose time has come. `closed` ends it in between. Answers in how
 * many milliseconds another look is due; `null`: none is.
 */
export function sendFiles({ local, options, transport }: UploadParts, closed: AbortSignal): Promise<number | null> {
  const { timers, signals, now, random } = options;
  const began = now();

  /** Of what was due and did not go, something else tells when it may: the network, a sync, a person. */
  async function nextLook(): Promise<number | null> {
    const waiting = await local.files.where('state.kind').equals('waiting').toArray();
    const times = waiting
      .map(({ state }) => (state.kind === 'waiting' ? state.notBefore : null))
      .filter((time): time is number => time !== null && time > began);
    return times.length === 0 ? null : Math.min(LONGEST_WAIT, Math.max(0, Math.min(...times) - now()));
  }

  async function pass(): Promise<void> {
    if (!(await tidyFiles(local))) return;
    for (const file of await waitingFiles()) {
      if (closed.aborted || !mayUseNetwork()) return;
      if (await isHeldBack(local, file)) continue;
      await send(file);
    }
  }

  /** Of those whose time has come, the oldest first. */
  async function waitingFiles(): Promise<LocalFile[]> {
    const files = await local.files.where('state.kind').anyOf(WAITING).toArray();
    return files.filter(isDue).sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  function isDue({ state }: LocalFile): boolean {
    return state.kind !== 'waiting' || state.notBefore === null || isOver(state.notBefore, now());
  }

  function mayUseNetwork(): boolean {
    return signals.isOnline() && (options.uploadOnMetered || !(signals.isMetered?.() ?? false));
  }

  /** From where it stands until it rests. */
  async function send(file: LocalFile): Promise<void> {
    let address: Address | null = null;
    let current = await step(local, file.id, { kind: 'resumed' });
    current = current && (await step(local, file.id, { kind: 'due' }));
    while (current !== null && !closed.aborted) {
      const { state } = current;
      switch (state.kind) {
        case 'announcing': {
          const answer = await announce(current);
          address = 'address' in answer ? answer.address : null;
          current = await step(local, file.id, 'event' in answer ? answer.event : { kind: 'announced' });
          break;
        }
        case 'sending':
          current = await step(local, file.id, address === null ? { kind: 'resumed' } : await put(current, address));
          break;
        case 'completing':
          current = await step(local, file.id, await complete(current));
          break;
        case 'waiting':
        case 'rejected':
        case 'done':
          return;
        default:
          return unreachable(state);
      }
    }
  }

  async function announce({
    id,
    purpose,
    fileName,
    ...file
  }: LocalFile): Promise<{ address: Address } | { event: UploadEvent }> {
    const { ownerType, ownerId, mimeType, size, sha256 } = file;
    const optional = { ...(purpose === null ? {} : { purpose }), ...(fileName === null ? {} : { fileName }) };
    const body = { attachmentId: id, ownerType, ownerId, mimeType, size, sha256, ...optional };
    const answer = await transport.call('/v1/attachments/presign', body, isAddress, closed);
    if (answer.ok) return { address: answer.body };
    if (answer.failure.code === 'ALREADY_UPLOADED') return { event: { kind: 'thereAlready' } };
    return { event: await report(file, answer.failure) };
  }

  async function put({ id, size, state }: LocalFile, { uploadUrl, headers }: Address): Promise<UploadEvent> {
    const attempt = attemptOf({ state });
    const kept = await filesTransaction(local, (tx) => tx.bytes.get(id), 'r!');
    if (!kept) return { kind: 'refused', error: { code: 'STORAGE', message: 'The bytes of this file are gone' } };
    const stalled = new AbortController();
    let cancel = (): void => undefined;
    const watch = (patience: number): void => {
      cancel();
      cancel = timers.after(patience, () => stalled.abort());
    };
    let shown = 0;
    let told = 0;
    const onProgress = (sent: number): void => {
      // What was told may have moved no further than into a buffer of the platform; before the answer, all of it may be there.
      watch(lineTime(sent < size ? Math.max(0, sent - told) : size));
      told = sent;
      if (sent - shown < size / 10) return;
      shown = sent;
      filesTransaction(local, (tx) => tx.files.update(id, { sent })).catch(() => undefined);
    };
    const sender = senderOf(options);
    // Whoever tells progress ends this wait with the first word.
    watch(sender === sendByXhr ? STALLED : lineTime(size));
    try {
      const signal = AbortSignal.any([closed, stalled.signal]);
      const request = { url: uploadUrl, headers, bytes: kept.bytes, signal, onProgress };
      const status = await orAborted(signal, sender(request));
      if (status >= 200 && status < 300) return { kind: 'sent' };
      if (status === 412) return { kind: 'thereAlready' };
      const message = `The object store answered ${status}`;
      if (status === 400) return { kind: 'refused', error: { code: 'CHECKSUM_MISMATCH', message } };
      return failed(failure(status === 403 ? 'UPLOAD_REFUSED' : 'UNAVAILABLE', message), attempt);
    } catch (error) {
      return failed(failure(stalled.signal.aborted ? 'TIMEOUT' : 'NETWORK', String(error)), attempt);
    } finally {
      cancel();
    }
  }

  async function complete(file: LocalFile): Promise<UploadEvent> {
    const answer = await transport.call('/v1/attachments/complete', { attachmentId: file.id }, isObject, closed);
    if (answer.ok) return { kind: 'completed' };
    const { code } = answer.failure;
    if (code !== 'UPLOAD_MISSING' && code !== 'RECORD_GONE') return report(file, answer.failure);
    return { kind: 'missing', notBefore: now() + backoffDelay(attemptOf(file), random) };
  }

  /** What a person has to decide about is settled; anything else is tried again. */
  async function report(
    { ownerType, ownerId, state }: Pick<LocalFile, 'ownerType' | 'ownerId' | 'state'>,
    { code, message, ...rest }: Failure,
  ): Promise<UploadEvent> {
    const isSettled =
      SETTLED.has(code) ||
      (code === 'NOT_FOUND' &&
        !(await local
          .rows(ownerType)
          .get(ownerId)
          .catch(() => null)));
    if (isSettled) return { kind: 'refused', error: { code, message } };
    return failed({ code, message, ...rest }, attemptOf({ state }));
  }

  function failed({ kind, code, message, retryAfter }: Failure, attempt: number): UploadEvent {
    const delay = kind === 'transient' ? backoffDelay(attempt, random) : slowDelay(random);
    return { kind: 'failed', error: { code, message }, notBefore: now() + (retryAfter ?? 0) + delay };
  }

  return pass().then(() => nextLook());
}

function attemptOf({ state }: Pick<LocalFile, 'state'>): number {
  return 'attempt' in state ? state.attempt : 0;
}

interface Address {
  readonly uploadUrl: string;
  readonly headers: { readonly [name: string]: string };
}

function isAddress(body: unknown): body is Address {
  return isObject(body) && typeof body['uploadUrl'] === 'string' && isObject(body['headers']);
}

const SETTLED: ReadonlySet<BackhaulErrorCode> = new Set([
  'FORBIDDEN',
  'RECORD_GONE',
  'ALREADY_EXISTS',
  'TYPE_NOT_ALLOWED',
  'ATTACHMENT_TOO_LARGE',
  'UPLOAD_MISMATCH',
  'INVALID_REQUEST',
  'INVALID_FIELD',
]);

/** The service must know the record first: it waits for the change that makes it, or for somebody to settle its refusal. */
async function isHeldBack(local: LocalDatabase, { ownerType, ownerId }: LocalFile): Promise<boolean> {
  const key: [string, string] = [ownerType, ownerId];
  const copy = await local.copies.get(key);
  if (copy) return copy.updatedAt === null;
  return (
    (await local.rejected.where({ entity: ownerType, entityId: ownerId }).count()) > 0 &&
    !(await local.rows(ownerType).get(ownerId))
  );
}
