import type { BugGroup } from '../planted-bug.ts';

export const CLOCK_BUGS: BugGroup = {
  part: 'Tenant clock',
  bugs: [
    {
      id: 'clock-not-locked',
      title: 'writers do not wait for each other: the row of the tenant clock is read without a lock',
      breaks: ['I3', 'I4', 'I11'],
      file: 'db/src/tenant-clock.ts',
      edits: [{ find: '    .forUpdate()\n', replace: '' }],
    },
    {
      id: 'version-follows-clock-back',
      title: 'after the clock of the server is set back, versions start from there again',
      breaks: ['I3', 'I4'],
      file: 'shared/src/engine/tenant-clock.ts',
      edits: [
        {
          find: 'return clockAt(cursorToMicros(locked), cursorToMicros(now), false);',
          replace: `const [last, server] = [cursorToMicros(locked), cursorToMicros(now)];
  return clockAt(server + 1_000_000n < last ? server : last, server, false);`,
        },
      ],
    },
    {
      id: 'access-before-lock',
      title: 'what a member may do is read before the lock, so a change of it that commits meanwhile is overlooked',
      breaks: ['I6'],
      file: 'server/src/access/with-locked-access.ts',
      edits: [
        {
          find: "    const clock = await lockTenantClock(tx);\n    if (!clock) throw refuseAccess('NOT_FOUND', tenantId);\n",
          replace: '',
        },
        {
          find: '    const result = await work(',
          replace:
            "    const clock = await lockTenantClock(tx);\n    if (!clock) throw refuseAccess('NOT_FOUND', tenantId);\n    const result = await work(",
        },
      ],
    },
  ],
};
