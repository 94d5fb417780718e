import { isRetryable } from '../../errors/error-policy.ts';
import type { DeviceId } from '../../ids.ts';
import type { Receipt } from './receipt.ts';
import type { AdmittedChange, ChangeOutcome } from './change.ts';
import type { Settled } from './sort-by-receipt.ts';

/** Every outcome is kept but those that may turn out differently later, and those of changes that have no usable id. */
export function newReceipts(outcomes: readonly (Settled | ChangeOutcome)[], deviceId: DeviceId): Receipt[] {
  return outcomes.flatMap((outcome): Receipt[] => {
    switch (outcome.kind) {
      case 'replayed':
        return [];
      case 'accepted': {
        const { receipt } = outcome.change;
        if (!receipt) return [];
        return [
          {
            ...named(receipt, deviceId),
            outcome: outcome.outcome,
            code: null,
            message: null,
            fields: null,
            version: outcome.record.updatedAt,
          },
        ];
      }
      case 'rejected': {
        const { receipt, code, message, fields } = outcome;
        if (!receipt || isRetryable(code) || code === 'CHANGE_ID_REUSED') return [];
        return [
          { ...named(receipt, deviceId), outcome: 'rejected', code, message, fields: [...fields], version: null },
        ];
      }
    }
  });
}

function named(
  { changeId, contentHash }: NonNullable<AdmittedChange['receipt']>,
  deviceId: DeviceId,
): Pick<Receipt, 'change_id' | 'device_id' | 'content_hash'> {
  return { change_id: changeId, device_id: deviceId, content_hash: contentHash };
}
