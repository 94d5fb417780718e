import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { commandAs, findServerUser } from './server-user.ts';

const run = promisify(execFile);

/** Runs a line of JavaScript in the account and answers what it prints. */
async function runInAccount(script: string, path: string): Promise<string> {
  const user = await findServerUser();
  const command = await commandAs(user, { file: process.execPath, args: ['-p', script, path], paths: [path] });
  const { stdout } = await run(command.file, [...command.args], { ...command.account, cwd: '/' });
  return stdout.trim();
}

describe('the account that PostgreSQL runs under', () => {
  it('is never root', async () => {
    expect(Number(await runInAccount('process.geteuid()', '/'))).toBeGreaterThan(0);
  });

  it('finds its way into a folder that only we may enter', async () => {
    const folder = await temporaryFolder();
    try {
      const path = join(folder.path, 'locked', 'program');
      await mkdir(join(folder.path, 'locked'));
      await writeFile(path, '');
      await chmod(path, 0o755);
      await chmod(folder.path, 0o700);
      expect(await runInAccount('fs.accessSync(process.argv[1], fs.constants.X_OK), "entered"', path)).toBe('entered');
    } finally {
      await folder.remove();
    }
  });
});
