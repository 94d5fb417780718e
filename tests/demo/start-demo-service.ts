import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, startService } from '@backhaul/server';
import { seedDemo } from '@backhaul/server/demo';

/** The whole service with the demo business, on a temporary folder and a free port. */
export interface DemoService {
  /** `http://127.0.0.1:41234` */
  readonly url: string;
  readonly tenantId: string;
  /** Milliseconds. */
  readonly startedIn: number;
  readonly seededIn: number;
  /** Leaves neither process nor folder behind. */
  stop(): Promise<void>;
}

/** `webDir`: a built web app to serve; none if left out. */
export async function startDemoService({ webDir }: { readonly webDir?: string } = {}): Promise<DemoService> {
  const stack = new AsyncDisposableStack();
  try {
    const began = performance.now();
    const folder = await mkdtemp(join(tmpdir(), 'backhaul-demo-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const environment = {
      NODE_ENV: 'test',
      PORT: '0',
      BACKHAUL_DATA: folder,
      BACKHAUL_WEB: webDir ?? join(folder, 'no-web-app'),
      BACKHAUL_DEMO: 'false',
    };
    const service = await startService(loadConfig(environment, folder), {
      kind: 'human',
      write: (line) => void process.stderr.write(line),
    });
    stack.defer(() => service.stop());
    const started = performance.now();
    const { tenantId } = await seedDemo({ url: service.address });
    return {
      url: service.address,
      tenantId,
      startedIn: started - began,
      seededIn: performance.now() - started,
      stop: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
