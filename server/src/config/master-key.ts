import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './load-config.ts';

/** The configured master key, or the one in the data folder (`master.key`, mode 600), made at the first start. */
export async function loadMasterKey({ masterKey, dataDir }: Pick<Config, 'masterKey' | 'dataDir'>): Promise<Buffer> {
  if (masterKey) return masterKey;
  const file = join(dataDir, 'master.key');
  await mkdir(dataDir, { recursive: true });
  try {
    // Exclusive: of two processes starting at once one writes the key, and both read the same.
    await writeFile(file, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64');
  if (key.length !== 32) throw new Error(`${file} does not hold 32 bytes in base64; restore it from a backup`);
  return key;
}

/** The application role's password at a database that the service manages itself. */
export function appRolePassword(masterKey: Buffer): string {
  return createHmac('sha256', masterKey).update('backhaul_app password').digest('hex');
}
