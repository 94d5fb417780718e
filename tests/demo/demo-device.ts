import { type BackhaulDatabase, openBackhaul } from '@backhaul/sdk';
import { type DevSignInResponse, fieldService } from '@backhaul/shared';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { type DemoPerson, publicApi, type PublicApi } from '@backhaul/server/demo';

/** One installation of the app: the SDK on an IndexedDB of its own, and a network that can be taken away. */
export interface DemoDevice {
  readonly name: string;
  readonly person: DemoPerson;
  readonly db: BackhaulDatabase<typeof fieldService>;
  /** The same person without a device: what the service answers them. */
  readonly api: PublicApi;
  setOnline(online: boolean): void;
  /** A whole cycle. Throws when it fails. */
  sync(): Promise<void>;
}

export async function openDevice(
  { url, tenantId }: { readonly url: string; readonly tenantId: string },
  name: string,
  person: DemoPerson,
): Promise<DemoDevice> {
  const signedIn = await publicApi({ url, fetch }).call<DevSignInResponse>('POST', '/dev/sign-in', { ...person });
  let online = true;
  const db = await openBackhaul(fieldService, {
    url,
    tenantId,
    userId: signedIn.user.id,
    getToken: async () => signedIn.token,
    autoSync: false,
    platform: name,
    indexedDB: new IDBFactory(),
    IDBKeyRange,
    fetch: async (input, init) => {
      if (!online) throw new TypeError('There is no network');
      return fetch(input, init);
    },
  });
  const headers = { authorization: `Bearer ${signedIn.token}`, 'x-tenant-id': tenantId };
  return {
    name,
    person,
    db,
    api: publicApi({ url, fetch, headers }),
    setOnline(value) {
      online = value;
    },
    async sync() {
      const { error } = await db.sync.now();
      if (error) throw new Error(`${name} can not sync: ${error.code} ${error.message}`);
    },
  };
}
