import type { BugGroup } from '../planted-bug.ts';

export const SDK_STORE_BUGS: BugGroup = {
  part: 'SDK: store and pull',
  bugs: [
    {
      id: 'cursor-before-page',
      title: 'the cursor is stored before the rows of its page, in a transaction of its own',
      breaks: ['I1', 'I9'],
      file: 'sdk/src/pull/apply-page.ts',
      edits: [
        {
          find: '    const known = [...Map.groupBy(page.changes, ({ entity }) => entity)].filter(',
          replace: `    await tx.memory.put({ ...memory, cursor: page.nextCursor });
    return true;
  });
  return isNext && pageTransaction(local, async (tx) => {
    const memory = await meetServer(tx, page.schemaVersion);
    if (memory.resync !== null || isOver(memory)) return false;
    const known = [...Map.groupBy(page.changes, ({ entity }) => entity)].filter(`,
        },
        {
          find: 'export function applyPage(local: LocalDatabase, page: PulledPage): Promise<boolean> {\n  return pageTransaction(',
          replace:
            'export async function applyPage(local: LocalDatabase, page: PulledPage): Promise<boolean> {\n  const isNext = await pageTransaction(',
        },
      ],
    },
    {
      id: 'pulled-row-hides-pending-edit',
      title: 'a pulled row takes the place of an edit that still waits',
      breaks: ['I1', 'I2', 'I6'],
      file: 'sdk/src/pull/apply-page.ts',
      edits: [{ find: '    if (record) {\n', replace: '    if (record === null) {\n' }],
    },
    {
      id: 'older-copy-replaces-newer',
      title: 'an older copy that is pulled takes the place of a newer one',
      breaks: ['I1', 'I6', 'I9'],
      file: 'sdk/src/pull/apply-page.ts',
      edits: [
        {
          find: 'row !== null && (held?.updatedAt == null || row.updatedAt === null || row.updatedAt > held.updatedAt)',
          replace: 'row !== null',
        },
      ],
    },
    {
      id: 'version-without-content',
      title: 'a device adopts the version of a record without what others wrote in it',
      breaks: ['I1', 'I6'],
      file: 'sdk/src/push/settle-record.ts',
      edits: [
        {
          find: "const knewBase = advanced || (copy.presence === 'live'",
          replace: "const knewBase = true || (copy.presence === 'live'",
        },
      ],
    },
    {
      id: 'resync-drops-outbox',
      title: 'a device that has to start over forgets what it has not sent',
      breaks: ['I2'],
      file: 'sdk/src/pull/resync.ts',
      edits: [
        {
          find: "    const scopeChanged = because === 'RESYNC_REQUIRED'",
          replace:
            "    await tx.outbox.clear();\n    await tx.copies.clear();\n    const scopeChanged = because === 'RESYNC_REQUIRED'",
        },
      ],
    },
    {
      id: 'resync-keeps-rows',
      title: 'a device that starts over keeps the records that it is not shown again',
      breaks: ['I1', 'I6'],
      file: 'sdk/src/pull/resync.ts',
      edits: [
        {
          find: 'await rows.bulkDelete(shown.filter((id) => !staged.has(id) && !pending.has(id)));',
          replace: 'void shown;',
        },
      ],
    },
    {
      id: 'failed-write-reported-as-saved',
      title: 'a write that could not be queued, on a full disk for example, is reported as saved',
      breaks: ['I2', 'I12'],
      file: 'sdk/src/store/queue-mutation.ts',
      edits: [
        {
          find: '              trans.abort();\n              throw error;',
          replace: '              void error;\n              return response;',
        },
      ],
    },
    {
      id: 'tabs-sync-at-once',
      title: 'two tabs of a device run sync cycles at the same time',
      breaks: ['I1', 'I2', 'I3', 'I9'],
      file: 'sdk/src/leader/locks.ts',
      edits: [
        {
          find: 'await hold(locks, `${databaseName}:cycle`, { signal: AbortSignal.any([signal, left.signal]) });',
          replace: 'signal.throwIfAborted();',
        },
      ],
    },
  ],
};
