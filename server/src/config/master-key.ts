import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readOrCreateSecret } from '../infra/secret-file.ts';
import type { Config } from './load-config.ts';

/** The configured master key, or the one in the data folder (`master.key`, mode 600), made at the first start. */
export async function loadMasterKey({ masterKey, dataDir }: Pick<Config, 'masterKey' | 'dataDir'>): Promise<Buffer> {
  if (masterKey) return masterKey;
  const file = join(dataDir, 'master.key');
  const text = await readOrCreateSecret(file, () => `${randomBytes(32).toString('base64')}\n`);
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== 32) throw new Error(`${file} does not hold 32 bytes in base64; restore it from a backup`);
  return key;
}

/** The application role's password at a database that the service manages itself. */
export function appRolePassword(masterKey: Buffer): string {
  return createHmac('sha256', masterKey).update('backhaul_app password').digest('hex');
}
