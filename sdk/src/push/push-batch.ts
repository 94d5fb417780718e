import type { PushRequest, PushResponse } from '@backhaul/shared';
import type { ResolvedOptions } from '../options.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import type { OutboxChange } from '../store/rows.ts';
import { clockOffset } from '../sync/clock-offset.ts';
import type { Failure } from '../transport/failure.ts';
import type { Answer, Transport } from '../transport/transport.ts';
import { applyAnswer } from './apply-answer.ts';
import { type BatchLimits, FULL_BATCH, grow, halve } from './batch-limits.ts';
import { deviceReport } from './device-report.ts';
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
  readonly options: Pick<ResolvedOptions, 'now' | 'random' | 'appVersion' | 'platform' | 'estimateStorage'>;
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
        await applyPushResponse(parts, batch, answer);
        for (const { changeId } of batch) cycle.tried.add(changeId);
        limits = grow(limits);
        return { kind: 'more' };
      }
      const { failure } = answer;
      if (!isPoisoned(failure)) return { kind: 'failed', failure };
      limits = halve(limits, batch.length);
      const [only, ...others] = batch;
      if (only && others.length === 0) await settlePoison(parts, only, failure);
      // Too much at once is not the server's trouble: go on with less, without a pause.
      return failure.status === 413 ? { kind: 'more' } : { kind: 'failed', failure };
    },
  };
}

/** The request itself may be the cause: a single change in it can hold up all the others. */
function isPoisoned({ status }: Failure): boolean {
  return status === 413 || status === 400 || status === 422 || status === 500;
}

/**
 * A change that fails alone stands aside. One that is too large for the server will always be; for anything else the reason
 * is not known, so it is tried again behind the others.
 */
async function settlePoison({ local, options }: PusherParts, change: OutboxChange, failure: Failure): Promise<void> {
  const reason = { code: failure.code, message: failure.message, fields: [] };
  const verdict: Verdict = failure.status === 413 ? { kind: 'refused', refusal: reason } : { kind: 'held', reason };
  const now = options.now();
  await applyAnswer(local, { judged: [{ change, verdict }], conflicts: [], memory: {}, now, random: options.random });
}

async function applyPushResponse(
  { local, options }: PusherParts,
  batch: readonly OutboxChange[],
  { body, timing }: Extract<Answer<PushResponse>, { ok: true }>,
): Promise<void> {
  const offset = clockOffset(body.serverTime, timing);
  const now = options.now();
  await applyAnswer(local, {
    judged: readVerdicts(batch, body),
    conflicts: body.conflicts,
    memory: { lastPushAt: new Date(now).toISOString(), ...(offset === null ? {} : { clockOffset: offset }) },
    now,
    random: options.random,
  });
}

async function pushRequest(parts: PusherParts, batch: readonly OutboxChange[]): Promise<PushRequest> {
  return {
    deviceId: parts.deviceId,
    changes: batch.map(wireChange),
    device: await deviceReport(parts.local, parts.options),
    clientTime: new Date(parts.options.now()).toISOString(),
  };
}
