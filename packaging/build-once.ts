import { buildPackages } from './build-packages.ts';

/** Before the tests of this folder: they look at what was built. */
export async function setup(): Promise<void> {
  await buildPackages();
}
