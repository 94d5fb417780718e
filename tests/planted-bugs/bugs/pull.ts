import type { BugGroup } from '../planted-bug.ts';

export const PULL_BUGS: BugGroup = {
  part: 'Pull and purge',
  bugs: [
    {
      id: 'clock-after-rows',
      title: 'the clock in the cursor is read after the rows, so it steps over what was committed between the two',
      breaks: ['I4'],
      file: 'server/src/sync/pull/pull.ts',
      edits: [
        {
          find: 'return { serverTime: services.now().toISOString(), ...page };',
          replace: `const later = await withTenant(database, tenantId, (tx) => readAccess(tx, { domain, userId, deviceId }), { readOnly: true });
  const nextCursor = page.hasMore || later.kind === 'refused' ? page.nextCursor : formatPullCursor({ position: later.access.clock, snapshot: null });
  return { serverTime: services.now().toISOString(), ...page, nextCursor };`,
        },
      ],
    },
    {
      id: 'cursor-one-row-too-far',
      title: 'the cursor of a full page is that of the first row of the next one, which nobody gets',
      breaks: ['I1', 'I4', 'I6'],
      file: 'shared/src/engine/pull/answer-page.ts',
      edits: [{ find: 'shown.at(-1)?.updatedAt', replace: 'items.at(-1)?.updatedAt' }],
    },
    {
      id: 'purge-does-not-expire-cursors',
      title: 'tombstones are purged although devices have not heard of them, and their cursors stay good',
      breaks: ['I1', 'I6'],
      file: 'db/src/queries/sync/purge-tombstones.ts',
      edits: [{ find: 'if (highest !== null) await raisePurgedTo(tx, highest);', replace: '' }],
    },
    {
      id: 'first-pull-hears-of-no-deletions',
      title: 'a first pull leaves out what is deleted while it is under way',
      breaks: ['I1', 'I6'],
      file: 'db/src/queries/sync/read-page.ts',
      edits: [
        {
          find: '(seen.deleted_at is null or seen.updated_at > ${query.snapshot}::timestamptz)',
          replace: 'seen.deleted_at is null',
        },
      ],
    },
  ],
};
