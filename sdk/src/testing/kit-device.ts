import { fieldService } from '@backhaul/shared';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { onTestFinished } from 'vitest';
import type { BackhaulDatabase } from '../database-types.ts';
import { openBackhaul } from '../open-backhaul.ts';
import type { BackhaulOptions } from '../options.ts';
import type { TestLine } from '../test-kit/line.ts';
import type { TestServer } from '../test-kit/test-server.ts';

export interface KitDevice {
  readonly db: BackhaulDatabase<typeof fieldService>;
  readonly line: TestLine;
  readonly indexedDB: IDBFactory;
  /** A whole cycle that must succeed. */
  sync(): Promise<void>;
  /** As a restart of the app. */
  reopen(): Promise<KitDevice>;
}

type Given = Partial<BackhaulOptions> & { readonly line?: TestLine; readonly indexedDB?: IDBFactory };

/** A member's device on the test server, which syncs only when told to. Closed when the test ends. */
export async function openOnKit(server: TestServer, member: string, given: Given = {}): Promise<KitDevice> {
  const { line = server.connect(member), indexedDB = new IDBFactory(), ...options } = given;
  const db = await openBackhaul(fieldService, {
    ...line.options,
    autoSync: false,
    stream: false,
    random: () => 0,
    estimateStorage: async () => ({}),
    ...options,
    indexedDB,
    IDBKeyRange,
  });
  onTestFinished(() => db.sync.close());
  return {
    db,
    line,
    indexedDB,
    async sync() {
      const { error } = await db.sync.now();
      if (error) throw new Error(`${error.code}: ${error.message}`);
    },
    async reopen() {
      await db.sync.close();
      return openOnKit(server, member, { ...given, line, indexedDB });
    },
  };
}
