import type { BugGroup } from '../planted-bug.ts';

export const SDK_OUTBOX_BUGS: BugGroup = {
  part: 'SDK: outbox and push',
  bugs: [
    {
      id: 'sent-mark-not-stored',
      title: 'that a change has left is not stored, so a later edit alters it',
      breaks: ['I3'],
      file: 'sdk/src/push/take-batch.ts',
      edits: [
        {
          find: "await tx.outbox.bulkPut(unsent.map((change) => ({ ...change, state: 'sent' })));",
          replace: 'void unsent;',
        },
      ],
    },
    {
      id: 'edit-joins-sent-change',
      title: 'an edit joins a change that has left',
      breaks: ['I3'],
      file: 'sdk/src/outbox/squash.ts',
      edits: [
        { find: "earlier.op === 'upsert' && earlier.state === 'unsent' &&", replace: "earlier.op === 'upsert' &&" },
      ],
    },
    {
      id: 'edit-moves-time-of-others',
      title: 'an edit gives its time to an earlier one of another field',
      breaks: ['I5'],
      file: 'sdk/src/outbox/squash.ts',
      edits: [
        { find: 'change.held === null && !wouldMakeLater(earlier, change, isTimed)', replace: 'change.held === null' },
      ],
    },
    {
      id: 'new-id-on-retry',
      title: 'a change gets a new id whenever it is sent again',
      breaks: ['I3'],
      file: 'sdk/src/push/take-batch.ts',
      edits: [
        {
          find: 'const batch = await pickBatch(tx, request);',
          replace: `const picked = await pickBatch(tx, request);
    const batch = picked.map((change) => (change.state === 'sent' ? { ...change, changeId: change.changeId.replace(/^./, (digit) => ((parseInt(digit, 16) + 1) % 16).toString(16)), state: 'unsent' } : change));`,
        },
      ],
    },
    {
      id: 'outbox-emptied-at-request',
      title: 'changes leave the outbox when they are sent, not when they are answered',
      breaks: ['I2'],
      file: 'sdk/src/push/push-batch.ts',
      edits: [
        {
          find: 'const answer = await transport.push(await pushRequest(parts, batch), signal);',
          replace: `const request = await pushRequest(parts, batch);
      await local.outbox.bulkDelete(batch.map(({ seq }) => seq));
      const answer = await transport.push(request, signal);`,
        },
      ],
    },
    {
      id: 'held-change-dropped',
      title: 'a change that waits for something is dropped',
      breaks: ['I2'],
      file: 'sdk/src/push/settle-record.ts',
      edits: [
        {
          find: 'if (!isFreed) return altered(progress, change, held);',
          replace: 'if (!isFreed) return { ...progress, record: without(progress.record, [change]) };',
        },
      ],
    },
    {
      id: 'rejected-change-not-kept',
      title: 'a change that the service refuses is gone',
      breaks: ['I2'],
      file: 'sdk/src/push/apply-answer.ts',
      edits: [
        { find: 'await local.rejected.bulkPut([...foldRejections([...known, ...rejected])]);', replace: 'void known;' },
      ],
    },
    {
      id: 'later-edit-rebased-blindly',
      title: 'an edit that was made while an earlier one was on its way counts as made on its answer',
      breaks: ['I5'],
      file: 'sdk/src/push/settle-record.ts',
      edits: [{ find: 'return builds ? { ...later', replace: 'return builds !== undefined ? { ...later' }],
    },
    {
      id: 'sent-in-reverse-order',
      title: 'the changes of a push are in the wrong order',
      breaks: ['I2', 'I5', 'I7'],
      file: 'sdk/src/push/take-batch.ts',
      edits: [
        {
          find: 'return ready.length > 0 ? ready : late.filter(fitting(fits));',
          replace: 'return ready.length > 0 ? ready.toReversed() : late.filter(fitting(fits));',
        },
      ],
    },
    {
      id: 'stale-put-on-newest-version',
      title: 'a whole row that was read long ago is put back as if its author had seen the newest one',
      breaks: ['I5'],
      file: 'sdk/src/outbox/plan-edit.ts',
      edits: [{ find: '(seen ?? copy.updatedAt)', replace: 'copy.updatedAt' }],
    },
  ],
};
