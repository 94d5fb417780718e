import { expect, test } from 'vitest';
import { launchers, type ProcessFacts } from './parent-watch.ts';

type Sketch = { group?: number; executable?: string; args?: string[] };

/** A chain from our own process upwards; process numbers count from 100, the last one's parent is init. */
function chain(...processes: Sketch[]) {
  const table = processes.map(
    ({ group = 1, executable = 'node', args = [] }, index): ProcessFacts => ({
      pid: 100 + index,
      parent: index === processes.length - 1 ? 1 : 101 + index,
      group,
      started: '1',
      zombie: false,
      executable,
      args,
    }),
  );
  return launchers(100, (pid) => table.find((process) => process.pid === pid) ?? null).map(({ pid }) => pid);
}

const service: Sketch = { group: 2, args: ['node', 'server/src/main.ts'] };
const scriptShell: Sketch = { group: 2, executable: 'dash', args: ['sh', '-c', 'node server/src/main.ts'] };
const pnpm: Sketch = { executable: 'pnpm', args: ['pnpm', 'start'] };
const npx: Sketch = { args: ['npm exec ./tools/pnpm start'] };
const userShell: Sketch = { executable: 'bash', args: ['bash'] };

test('the whole chain of npx, pnpm and their shells is followed, and the shell it was typed into is not', () => {
  const shell = { executable: 'dash', args: ['sh', '-c', 'pnpm start'] };
  expect(chain(service, scriptShell, pnpm, shell, npx, userShell)).toEqual([101, 102, 103, 104]);
});

test('a package manager that is a script of node counts as one', () => {
  const npm = { args: ['node', '/usr/lib/node_modules/npm/bin/npm-cli.js', 'start'] };
  expect(chain(service, scriptShell, npm, userShell)).toEqual([101, 102]);
});

test('nobody is followed from a shell, a supervisor or another process group', () => {
  expect(chain({ group: 1 }, userShell)).toEqual([]);
  expect(chain({ group: 1 }, { executable: 'systemd' })).toEqual([]);
  expect(chain({ group: 2 }, { group: 1, args: ['node', 'spawn-detached.js'] })).toEqual([]);
});

test('a shell in the background of a tool that runs on node may end without ending the service', () => {
  const shell = { executable: 'bash', args: ['bash', '-c', 'nohup node main.ts & sleep 9'] };
  for (const script of ['agent.js', '/srv/node_modules/.pnpm/tool@1/node_modules/tool/cli.js']) {
    expect(chain({ group: 1 }, shell, { args: ['node', script] })).toEqual([]);
  }
});

test('a node process that started the service in its own group is followed', () => {
  expect(chain({ group: 1 }, { args: ['node', 'test-runner.js'] }, userShell)).toEqual([101]);
});
