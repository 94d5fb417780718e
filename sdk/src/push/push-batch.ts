import type { PushRequest, PushResponse } from '@backhaul/shared';
import type { ResolvedOptions } from '../options.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import type { OutboxChange } from '../store/rows.ts';
import { statedVersion } from '../store/schema-memory.ts';
import { clockOffset } from '../sync/clock-offset.ts';
import type { Failure } from '../transport/failure.ts';
import type { Answer, Transport } from '../transport/transport.ts';
import { applyAnswer, type Divided } from './apply-answer.ts';
import { type BatchLimits, FULL_BATCH, grow, halve } from './batch-limits.ts';
import { deviceReport } from './device-report.ts';
import { leniently } from './older-server.ts';
import { type PushCycle, takeBatch, wireChange } from './take-batch.ts';
import { readVerdicts, type Verdict } from './verdicts.ts';

export type PushStep =
  | { readonly kind: 'more' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface Pusher {
  /** Sends one batch and applies its answer. `empty`: this cycle has nothing (left) to send. */
  pushBatch(cycle: PushCycle, signal: AbortSignal): Promise<PushStep>;
}

export interface PusherParts {
  readonly local: LocalDatabase;
  readonly transport: Transport;
  readonly deviceId: string;
  readonly options: Pick<ResolvedOptions, 'now' | 'random' | 'newId' | 'appVersion' | 'platform' | 'estimateStorage'>;
}

/** Never more than one call at a time. */
export function createPusher(parts: PusherParts): Pusher {
  const { local, transport, options } = parts;
  let limits: BatchLimits = FULL_BATCH;
  return {
    async pushBatch(cycle, signal) {
      const batch = await takeBatch(local, { limits, cycle, now: options.now() });
      if (batch.length === 0) return { kind: 'empty' };
      const answer = await transport.push(await pushRequest(parts, batch), signal);
      if (answer.ok) {
        const { freed, parted } = await applyPushResponse(parts, batch, answer);
        for (const seq of [...batch.map((change) => change.seq), ...parted]) cycle.tried.add(seq);
        for (const seq of freed) cycle.tried.delete(seq);
        limits = grow(limits);
        return { kind: 'more' };
      }
      const { failure } = answer;
      const [first, ...others] = batch;
      if (first && others.length === 0 && isPoisoned(failure)) return standAside(parts, first, failure, cycle);
      if (others.length > 0 && isTooMuch(failure)) limits = halve(limits, batch.length);
      // What this request asked is not the server's trouble: go on with less of it, without a pause.
      return isOwnFault(failure) ? { kind: 'more' } : { kind: 'failed', failure };
    },
  };
}

/** The next push carries less: on a slow line it may arrive in time, and what the server fails on is found by and by. */
function isTooMuch({ status, code }: Failure): boolean {
  if (status === null) return code === 'TIMEOUT' || code === 'NETWORK';
  return status >= 500 || isOwnFault({ status });
}

/** The request itself may be the cause: a single change in it can hold up all the others. */
function isPoisoned({ status }: Failure): boolean {
  return status === 500 || isOwnFault({ status });
}

function isOwnFault({ status }: Pick<Failure, 'status'>): boolean {
  return status === 413 || status === 400 || status === 422;
}

/** The cycle goes on without it; but a server that fails on the next one, too, is not asked about every change there is. */
async function standAside(
  parts: PusherParts,
  change: OutboxChange,
  failure: Failure,
  cycle: PushCycle,
): Promise<PushStep> {
  await settlePoison(parts, change, failure);
  cycle.tried.add(change.seq);
  if (failure.status === 413) return { kind: 'more' };
  const isFirst = cycle.setAside === null;
  cycle.setAside = failure;
  return { kind: isFirst ? 'more' : 'empty' };
}

/**
 * A change that fails alone stands aside. One that is too large for the server will always be; for anything else the reason
 * is not known, so it is tried again behind the others.
 */
async function settlePoison({ local, options }: PusherParts, change: OutboxChange, failure: Failure): Promise<void> {
  const reason = { code: failure.code, message: failure.message, fields: [] };
  const verdict: Verdict = failure.status === 413 ? { kind: 'refused', refusal: reason } : { kind: 'setAside', reason };
  const { random, newId } = options;
  const now = options.now();
  const judged = [{ change, verdict }];
  await applyAnswer(local, { judged, conflicts: [], schemaVersion: null, memory: {}, now, random, newId });
}

async function applyPushResponse(
  { local, options }: PusherParts,
  batch: readonly OutboxChange[],
  { body, timing }: Extract<Answer<PushResponse>, { ok: true }>,
): Promise<Divided> {
  const offset = clockOffset(body.serverTime, timing);
  const now = options.now();
  const schemaVersion = statedVersion(body);
  const isServerOlder = schemaVersion > 0 && schemaVersion < local.schemaVersion;
  return applyAnswer(local, {
    judged: readVerdicts(batch, body).map(({ change, verdict }) => {
      const entity = local.entity(change.entity);
      return { change, verdict: isServerOlder ? leniently(change, verdict, entity) : verdict };
    }),
    conflicts: body.conflicts,
    schemaVersion,
    memory: { lastPushAt: new Date(now).toISOString(), ...(offset === null ? {} : { clockOffset: offset }) },
    now,
    random: options.random,
    newId: options.newId,
  });
}

async function pushRequest(parts: PusherParts, batch: readonly OutboxChange[]): Promise<PushRequest> {
  return {
    deviceId: parts.deviceId,
    changes: batch.map(wireChange),
    device: await deviceReport(parts.local, parts.options),
    clientTime: new Date(parts.options.now()).toISOString(),
    schemaVersion: parts.local.schemaVersion,
  };
}
