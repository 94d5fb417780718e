import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What `npm publish` would upload for a folder. */
export async function npmPack(folder: string): Promise<Uint8Array> {
  const into = await mkdtemp(join(tmpdir(), 'backhaul-pack-'));
  try {
    const args = ['pack', folder, '--json', '--ignore-scripts', '--pack-destination', into];
    const { stdout } = await promisify(execFile)('npm', args, { cwd: into });
    const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
    return await readFile(join(into, packed?.filename ?? ''));
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}
