import type { BugGroup } from '../planted-bug.ts';

export const PUSH_BUGS: BugGroup = {
  part: 'Push',
  bugs: [
    {
      id: 'receipt-outside-transaction',
      title: 'receipts are committed before the changes they are for: a crash between the two loses the changes',
      breaks: ['I2', 'I3'],
      file: 'server/src/sync/push/push.ts',
      edits: [
        { find: 'import { insertReceipts, ', replace: 'import { insertReceipts, withTenant, ' },
        {
          find: 'await insertReceipts(tx, newReceipts([...settled, ...applied], deviceId), now.toISOString());',
          replace:
            'await withTenant(services.database, tx.tenantId, (other) => insertReceipts(other, newReceipts([...settled, ...applied], deviceId), now.toISOString()));',
        },
      ],
    },
    {
      id: 'receipt-missing-for-merged',
      title: 'a change that was merged with others gets no receipt, so it takes effect again when it is sent again',
      breaks: ['I3'],
      file: 'shared/src/engine/push/new-receipts.ts',
      edits: [
        { find: 'if (!receipt) return [];', replace: "if (!receipt || outcome.outcome === 'merged') return [];" },
      ],
    },
    {
      id: 'receipt-for-what-may-pass-later',
      title: 'retryable refusals get a receipt, so that a change that waits for something is never applied',
      breaks: ['I2', 'I7'],
      file: 'shared/src/engine/push/new-receipts.ts',
      edits: [{ find: "if (!receipt || isRetryable(code) || code === 'CHANGE_ID_REUSED')", replace: 'if (!receipt)' }],
    },
    {
      id: 'one-bad-change-refuses-all',
      title: 'a malformed change takes the others of its push with it',
      breaks: ['I2', 'I7'],
      file: 'server/src/sync/push/push.ts',
      edits: [
        {
          find: 'return { changes, report: cleanReport(device), schemaVersion, clockOffset, now };',
          replace: `const bad = changes.find((change) => 'kind' in change);
  const all = bad ? changes.map((change) => ({ ...bad, ...change, kind: 'rejected', changeId: change.receipt?.changeId ?? null })) : changes;
  return { changes: all, report: cleanReport(device), schemaVersion, clockOffset, now };`,
        },
      ],
    },
    {
      id: 'missing-reference-refused-for-good',
      title: 'a change whose reference is not here yet is refused for good instead of being held',
      breaks: ['I2', 'I7'],
      file: 'shared/src/errors/error-policy.ts',
      edits: [{ find: "MISSING_REFERENCE: policy(422, 'later',", replace: "MISSING_REFERENCE: policy(422, 'never'," }],
    },
    {
      id: 'later-change-overtakes-held',
      title: 'an edit of a record is applied although an earlier one of it waits',
      breaks: ['I2', 'I3', 'I5'],
      file: 'shared/src/engine/push/fold.ts',
      edits: [
        {
          find: "outcome.kind === 'rejected' && isRetryable(outcome.code);",
          replace: 'false;',
        },
      ],
    },
    {
      id: 'audit-once-per-record',
      title: 'of several changes of a record in one push, only the first is in the audit log',
      breaks: ['I3', 'I11'],
      file: 'shared/src/engine/push/fold.ts',
      edits: [
        {
          find: 'this.audit.push({ change, version: after.updatedAt, action, changes });',
          replace: 'if (!first) this.audit.push({ change, version: after.updatedAt, action, changes });',
        },
      ],
    },
    {
      id: 'echo-shows-hidden-fields',
      title: 'the record in the answer to a push has the fields that its sender may not read',
      breaks: ['I6'],
      file: 'shared/src/engine/push/answer.ts',
      edits: [
        {
          find: 'return projected === null ? {} : { payload: projected };',
          replace: 'return projected === null ? {} : { payload: { ...projected, ...record.values } };',
        },
      ],
    },
    {
      id: 'tombstone-stub-forgotten',
      title: 'a record that was purged can be made again under its id by a device that has not heard of its end',
      breaks: ['I1', 'I8', 'I11'],
      file: 'shared/src/engine/push/fold.ts',
      edits: [{ find: 'if (gone || !isCreate)', replace: 'if (!isCreate && !gone)' }],
    },
    {
      id: 'clock-offset-ignored',
      title: 'the time of an edit is what the device says, whatever its clock shows',
      breaks: ['I1', 'I5'],
      file: 'shared/src/engine/push/admit.ts',
      edits: [
        { find: 'const offset = change.clockOffset ?? clockOffset;', replace: 'const offset = 0;' },
        {
          find: 'if (offset === 0) return isLater(stated, now) ? now : stated;',
          replace: 'if (offset === 0) return stated;',
        },
      ],
    },
  ],
};
