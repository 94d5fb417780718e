import { createDatabase } from '@backhaul/db';
import { advanceNotification, createTestApp, type Messenger } from '@backhaul/server/testing';
import { parseTenantId, type TenantId } from '@backhaul/shared';

/** What the process is told: one message, and the moments, in milliseconds from now, at which it takes a step with it. */
export interface WorkerOrder {
  readonly appUrl: string;
  readonly tenantId: string;
  readonly notificationId: string;
  readonly providerUrl: string;
  readonly moments: readonly number[];
}

/** The name under which the database knows it. */
export const WORKER_NAME = 'worker-process';

/** A provider in another process: it is handed texts, and asked for the mark in them. */
function messengerAt(url: string): Messenger {
  const ask = async (path: string, body: object): Promise<{ id: string | null }> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return (await response.json()) as { id: string | null };
  };
  return {
    name: 'double',
    async deliver({ content }) {
      const { id } = await ask('/deliver', { text: content.text });
      return id === null ? { kind: 'refused', code: '400', reason: 'No' } : { kind: 'accepted', providerId: id };
    },
    async find({ mark }) {
      const { id } = await ask('/find', { mark });
      return id === null ? { kind: 'absent' } : { kind: 'found', providerId: id };
    },
  };
}

const [argument] = process.argv.slice(2);
if (argument !== undefined) {
  const { appUrl, tenantId, notificationId, providerUrl, moments } = JSON.parse(argument) as WorkerOrder;
  const database = createDatabase({ connectionString: appUrl, applicationName: WORKER_NAME });
  let moment = 0;
  const app = await createTestApp({
    database,
    now: () => new Date(Date.now() + moment),
    services: () => ({ messengers: { whatsapp: null, email: null, sms: messengerAt(providerUrl) } }),
  });
  for (moment of moments) {
    await advanceNotification(app.services, { tenantId: parseTenantId(tenantId) as TenantId, notificationId });
  }
  await app.close();
  await database.close();
}
