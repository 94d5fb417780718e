import { type BackhaulDatabase, BackhaulError, openBackhaul } from '@backhaul/sdk';
import { fieldService } from '@backhaul/shared/field-service';
import { Dexie } from 'dexie';
import { newerFieldService } from './newer-field-service.ts';
import { watchLongTasks } from './watch-long-tasks.ts';
import { createWriter } from './writer.ts';

export interface OpenRequest {
  readonly tenantId: string;
  readonly email: string;
  /** Of the app: `newer` declares an entity more. */
  readonly version?: 'newer';
  readonly options?: PageOptions;
}

/** Those of the SDK that can be told to a page. */
export interface PageOptions {
  readonly name?: string;
  readonly autoSync?: boolean;
  readonly stream?: boolean;
  readonly pollInterval?: number;
  readonly pullLimit?: number;
}

export type PageDatabase = BackhaulDatabase<typeof fieldService>;

const opened: { db?: PageDatabase } = {};

function database(): PageDatabase {
  if (!opened.db) throw new Error('Nothing is open in this page');
  return opened.db;
}

/** What a test calls in a page: an app without a screen. */
const page = {
  Dexie,
  /** Signs in, and opens the local database of that user. */
  async open({ tenantId, email, version, options = {} }: OpenRequest): Promise<void> {
    const signedIn = await fetch('/dev/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email }),
    });
    const { token, user } = (await signedIn.json()) as { token: string; user: { id: string } };
    const db = await openBackhaul(version === 'newer' ? newerFieldService : fieldService, {
      url: location.origin,
      tenantId,
      userId: user.id,
      getToken: async () => token,
      ...options,
    });
    opened.db = db as unknown as PageDatabase;
  },
  /** The code that opening is refused with; `null`: it was not. */
  async refusal(tenantId: string): Promise<string | null> {
    const options = { url: location.href, tenantId, userId: 'user_nobody', getToken: async () => '' };
    return openBackhaul(fieldService, options).then(
      () => null,
      (error: unknown) => (error instanceof BackhaulError ? error.code : String(error)),
    );
  },
  get db(): PageDatabase {
    return database();
  },
  writer: createWriter(database),
  longTasks: watchLongTasks(),
};

export type SdkPage = typeof page;

declare global {
  var sdk: SdkPage;
}

globalThis.sdk = page;
