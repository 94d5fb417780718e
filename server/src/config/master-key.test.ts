import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appRolePassword, loadMasterKey } from './master-key.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'backhaul-key-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

test('a key is made once, for its owner alone, and read ever after', async () => {
  const folder = join(dataDir, 'new');
  const [first, second] = await Promise.all([
    loadMasterKey({ masterKey: null, dataDir: folder }),
    loadMasterKey({ masterKey: null, dataDir: folder }),
  ]);
  expect(first).toHaveLength(32);
  expect(second.equals(first)).toBe(true);
  expect((await stat(join(folder, 'master.key'))).mode & 0o777).toBe(0o600);
});

test('the configured key wins and writes nothing', async () => {
  const masterKey = Buffer.alloc(32, 3);
  expect(await loadMasterKey({ masterKey, dataDir })).toBe(masterKey);
  await expect(stat(join(dataDir, 'master.key'))).rejects.toThrow('ENOENT');
});

test('a damaged key stops the start: a fresh one could open nothing', async () => {
  await writeFile(join(dataDir, 'master.key'), 'damaged');
  await expect(loadMasterKey({ masterKey: null, dataDir })).rejects.toThrow('master.key does not hold 32 bytes');
});

test('the password of the application role follows from the key and does not show it', () => {
  const password = appRolePassword(Buffer.alloc(32, 3));
  expect(password).toMatch(/^[0-9a-f]{64}$/);
  expect(appRolePassword(Buffer.alloc(32, 4))).not.toBe(password);
});
