import { access } from 'node:fs/promises';

export interface FoundChromium {
  readonly executablePath: string;
  /** In addition to this process's own. */
  readonly env: { readonly [name: string]: string };
}

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The browser named in CHROMIUM_PATH, else one that is installed, else, on Linux x64, the one that comes as an npm package, with
 * the system libraries it needs. Throws one clear sentence where there is none: a browser test without one proves nothing.
 */
export async function findChromium(): Promise<FoundChromium> {
  const named = process.env.CHROMIUM_PATH;
  for (const executablePath of named ? [named] : INSTALLED) {
    if (await exists(executablePath)) return { executablePath, env: {} };
  }
  if (!named && process.platform === 'linux' && process.arch === 'x64') return unpackChromium();
  throw new Error(
    `There is no Chromium at ${named ?? INSTALLED.join(' or ')}. Install one (Debian: apt-get install chromium) or name another in CHROMIUM_PATH.`,
  );
}

async function unpackChromium(): Promise<FoundChromium> {
  // Made for a function platform: only there does it unpack its system libraries, too, and set the path to them.
  const before = { ...process.env };
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x';
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    const executablePath = await packaged.executablePath();
    const { LD_LIBRARY_PATH = '', FONTCONFIG_PATH = '' } = process.env;
    return { executablePath, env: { LD_LIBRARY_PATH, FONTCONFIG_PATH } };
  } finally {
    process.env = before;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
