import type { ResolvedOptions } from '../options.ts';
import { type BatchLimits, FULL_BATCH, grow, halve } from '../push/batch-limits.ts';
import type { EscrowedWork } from '../store/rows.ts';
import type { Failure } from '../transport/failure.ts';
import { createTransport } from '../transport/transport.ts';
import type { Vault } from './vault.ts';
import { escrowRequest, idsOf, nextBatch, sizeOf, type WorkBatch, withoutBatch } from './work-batch.ts';

export interface PassParts {
  readonly vault: Vault;
  readonly options: ResolvedOptions;
  readonly signal: AbortSignal;
  readonly onProgress: () => void;
}

/** Hands over everything of this user that can be; resolves with why not all of it could, or `null`. */
export type HandOverPass = () => Promise<Failure | null>;

/** What a pass goes around, so that nothing holds up anything else. */
interface Skipped {
  readonly works: Set<string>;
  readonly changes: Set<string>;
}

export function createHandOverPass({ vault, options, signal, onProgress }: PassParts): HandOverPass {
  let limits: BatchLimits = FULL_BATCH;

  async function pass(): Promise<Failure | null> {
    const skipped: Skipped = { works: new Set(), changes: new Set() };
    let problem: Failure | null = null;
    for (;;) {
      const work = (await vault.all()).find((each) => isNext(each, skipped));
      if (!work) return problem;
      const batch = nextBatch(work, limits, skipped.changes);
      const transport = createTransport({ ...options, tenantId: work.tenantId }, work.deviceId);
      const answer = await transport.escrow(escrowRequest(work, batch, options.now()), signal);
      if (answer.ok) {
        await vault.change(work.id, (known) => withoutBatch(known, batch));
        limits = grow(limits);
        onProgress();
        continue;
      }
      const { failure } = answer;
      if (sizeOf(batch) > 1 && isTooMuch(failure)) limits = halve(limits, sizeOf(batch));
      const next = meaning(failure, sizeOf(batch));
      if (next === 'stop') return failure;
      if (next === 'less') continue;
      if (next === 'stuck') {
        await vault.change(work.id, (known) => withStuck(known, batch));
        continue;
      }
      problem = failure;
      if (next === 'otherWork') skipped.works.add(work.id);
      else for (const id of idsOf(batch)) skipped.changes.add(id);
    }
  }

  const isNext = (work: EscrowedWork, { works, changes }: Skipped): boolean =>
    work.userId === options.userId && !works.has(work.id) && sizeOf(nextBatch(work, limits, changes)) > 0;

  return pass;
}

/**
 * What a failure means for the rest of the pass:
 * - `less`: the same with fewer changes; `stuck`: a change that is not taken even alone, whenever it is tried;
 * - `otherChanges`: the service fails on this one, for now; `otherWork`: nothing more of this device is taken, for now;
 * - `stop`: nothing gets through.
 */
type Next = 'less' | 'stuck' | 'otherChanges' | 'otherWork' | 'stop';

function meaning({ status, code }: Failure, size: number): Next {
  if (status === null || status === 401) return 'stop';
  // Not the service's words: something between, which knows nothing of the changes.
  if (code === 'INVALID_RESPONSE') return 'otherWork';
  if (isOwnFault(status) && size > 1) return 'less';
  if (code === 'ESCROW_FULL') return 'otherWork';
  if (isOwnFault(status)) return 'stuck';
  if (status === 500 && size === 1) return 'otherChanges';
  return status >= 500 || status === 408 ? 'stop' : 'otherWork';
}

/** What this request asked is not the service's trouble. */
function isOwnFault(status: number): boolean {
  return status === 400 || status === 413 || status === 422;
}

/** The next request carries less: it may arrive in time on a slow line, and what the service fails on is found by and by. */
function isTooMuch({ status, code }: Failure): boolean {
  if (status === null) return code === 'TIMEOUT' || code === 'NETWORK';
  return status >= 500 || (isOwnFault(status) && code !== 'INVALID_RESPONSE');
}

function withStuck(work: EscrowedWork, batch: WorkBatch): EscrowedWork {
  return { ...work, stuck: [...work.stuck, ...idsOf(batch)] };
}
