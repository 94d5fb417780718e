import type { BugGroup } from '../planted-bug.ts';

export const SCOPE_BUGS: BugGroup = {
  part: 'Scope',
  bugs: [
    {
      id: 'team-change-does-not-resync',
      title: 'a member whose team changes keeps what the old team may see',
      breaks: ['I1', 'I6'],
      file: 'server/src/sync/push/store.ts',
      edits: [{ find: 'if (changed) await markScopeChanged(tx, changed.users, changed.version);', replace: '' }],
    },
    {
      id: 'role-change-does-not-resync',
      title: 'a manager who becomes an employee keeps what managers may see',
      breaks: ['I1', 'I6'],
      file: 'server/src/members/change-member.ts',
      edits: [{ find: '        ...(after.role === before.role ? {} : { scope_version: version }),\n', replace: '' }],
    },
    {
      id: 'exit-not-written',
      title: 'a record that moves to another team stays with those who may not see it any more',
      breaks: ['I1', 'I6'],
      file: 'shared/src/engine/push/scope-moves.ts',
      edits: [{ find: 'if (before === null) return [];', replace: 'return [];' }],
    },
    {
      id: 'entering-without-new-version',
      title: 'a record that others come to see through another one keeps its version, so they never pull it',
      breaks: ['I1', 'I6'],
      file: 'db/src/queries/scope/renew-versions.ts',
      edits: [{ find: 'if (rows.length === 0) return;', replace: 'return;' }],
    },
    {
      id: 'exit-of-visible-record',
      title: 'a record that left and came back is taken off the screen of those who see it',
      breaks: ['I1', 'I6'],
      file: 'db/src/queries/scope/exit-branches.ts',
      edits: [{ find: '...(seen === null\n', replace: '...(seen !== undefined\n' }],
    },
  ],
};
