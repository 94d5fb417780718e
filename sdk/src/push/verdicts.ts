import type { PushRejection, PushResponse, PushResult } from '@backhaul/shared';
import type { OutboxChange } from '../store/rows.ts';
import type { BackhaulErrorCode } from '../errors.ts';

export interface Refusal {
  readonly code: BackhaulErrorCode;
  readonly message: string;
  readonly fields: readonly string[];
}

/** What the server made of one change. */
export type Verdict =
  | {
      readonly kind: 'accepted';
      readonly isConflict: boolean;
      readonly updatedAt: string | null;
      /** The whole record as it is now, where this device can not know it. */
      readonly payload: { readonly [key: string]: unknown } | null;
    }
  /** It has had no effect, and the server keeps no receipt of it. */
  | { readonly kind: 'held'; readonly reason: Refusal }
  /** A push of nothing else failed; what became of the change is not known. */
  | { readonly kind: 'setAside'; readonly reason: Refusal }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface JudgedChange {
  readonly change: OutboxChange;
  readonly verdict: Verdict;
}

/** In the order sent. A change whose result is missing or makes no sense is left out: it stays in the outbox. */
export function readVerdicts(batch: readonly OutboxChange[], response: PushResponse): JudgedChange[] {
  const results = new Map(response.results.map((result) => [result.changeId, result]));
  const rejections = new Map(response.rejected.map((rejection) => [rejection.changeId, rejection]));
  const judged: JudgedChange[] = [];
  for (const change of batch) {
    const verdict = verdictOf(results.get(change.changeId), rejections.get(change.changeId));
    if (verdict !== null) judged.push({ change, verdict });
  }
  return judged;
}

function verdictOf(result: PushResult | undefined, rejection: PushRejection | undefined): Verdict | null {
  if (!result) return null;
  switch (result.outcome) {
    case 'applied':
    case 'merged':
    case 'conflict':
    case 'unchanged': {
      const { payload } = result;
      const whole = typeof payload === 'object' && payload !== null ? payload : null;
      const isConflict = result.outcome === 'conflict';
      return { kind: 'accepted', isConflict, updatedAt: result.updatedAt ?? null, payload: whole };
    }
    case 'rejected': {
      if (!rejection) return null;
      const refusal = { code: rejection.code, message: rejection.message, fields: rejection.fields ?? [] };
      return rejection.retryable ? { kind: 'held', reason: refusal } : { kind: 'refused', refusal };
    }
    default:
      // A newer server's outcome: what it means is not known here, so the change stays.
      return null;
  }
}
