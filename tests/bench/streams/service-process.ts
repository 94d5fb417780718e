import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Usage {
  /** Of the process since its start, all threads. */
  readonly cpuMs: number;
  /** Resident. */
  readonly bytes: number;
}

export interface ServiceProcess {
  readonly address: string;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

export async function startServiceProcess(environment: { readonly [name: string]: string }): Promise<ServiceProcess> {
  const child = fork(join(import.meta.dirname, 'service-child.ts'), {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
  });
  const [address] = (await once(child, 'message')) as [string];
  return {
    address,
    async usage() {
      child.send('usage');
      return ((await once(child, 'message')) as [Usage])[0];
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
