import { v7 } from 'uuid';
import type { Failure } from './billing.ts';
import { create, createWorld, type SyncClient, type World } from './sync-client.ts';
import { createTestDatabase, type TestDatabase } from '@backhaul/db/testing';
import { advanceNotification, takeEvent, type TestAppOptions } from '@backhaul/server/testing';
import type { Notification, NotificationsResponse, SendResponse, TenantId } from '@backhaul/shared';

export const PHONE = '+15085550123';
export const EMAIL = 'dolores@example.com';

/** A service with one tenant, a client who can be reached in every way, and an office. */
export interface MessageWorld {
  readonly world: World;
  readonly office: SyncClient;
  readonly clientId: string;
  readonly database: TestDatabase;
  /** An invoice to that client. */
  invoice(values?: object): Promise<string>;
  /** By SMS, unless `body` says otherwise. */
  send(id: string, body?: object): Promise<{ status: number; body: SendResponse & Failure }>;
  /** Of this tenant, the newest first. */
  mails(): Promise<ReturnType<NonNullable<World['server']['services']['mailbox']>['list']>>;
  /** Of a record, as its device knows it. */
  versionOf(id: string): Promise<string | null>;
  notifications(query?: string): Promise<readonly Notification[]>;
  /** Does what is due until nothing is, as the worker would. */
  work(): Promise<void>;
  /** Acts on the reports that were taken. */
  takeReports(): Promise<void>;
  /** The same in another tenant of the same service; closed with this one. */
  another(): Promise<MessageWorld>;
  close(): Promise<void>;
}

export async function createMessageWorld(options: TestAppOptions = {}): Promise<MessageWorld> {
  const database = await createTestDatabase();
  return messagesIn(await createWorld({ database: database.app, ...options }), database);
}

async function messagesIn(world: World, database: TestDatabase): Promise<MessageWorld> {
  const office = world.device();
  const clientId = v7();
  const client = { name: 'Dolores Haze', phone: PHONE, whatsappPhone: PHONE, email: EMAIL };
  await office.push([create('client', clientId, client)]);
  const { services } = world.server;
  const tenantId = world.tenantId as TenantId;
  const query = async <Row extends object>(text: string) => (await database.owner.pool.query<Row>(text)).rows;
  const notifications = async (search = '') => {
    const { body } = await office.call<NotificationsResponse>('GET', `/v1/notifications${search}`);
    return body.notifications;
  };
  return {
    world,
    office,
    clientId,
    database,
    async invoice(values = {}) {
      const id = v7();
      const answer = await office.push([create('finance_entry', id, { ...INVOICE, clientId, ...values })]);
      if (answer.rejected.length > 0) throw new Error(JSON.stringify(answer.rejected));
      return id;
    },
    send: (id, body = {}) => office.call('POST', `/v1/invoices/${id}/send`, { channels: ['sms'], ...body }),
    async mails() {
      const own = new Set((await notifications()).map(({ id }) => id));
      const all = services.mailbox?.list() ?? [];
      return all.filter(({ notificationId }) => own.has(notificationId ?? ''));
    },
    versionOf: async (id) =>
      (await office.pullAll()).changes.find(({ entityId }) => entityId === id)?.updatedAt ?? null,
    notifications,
    async work() {
      for (;;) {
        const now = services.now().toISOString();
        const due = await query<{ id: string }>(
          `select notification_id as id from notifications where tenant_id = '${tenantId}' and due_at <= '${now}' order by due_at`,
        );
        if (due.length === 0) return;
        for (const { id } of due) await advanceNotification(services, { tenantId, notificationId: id });
      }
    },
    async takeReports() {
      const events = await query<{ provider: string; eventId: string }>(
        `select provider, event_id as "eventId" from webhook_events where sealed is not null order by received_at`,
      );
      for (const event of events) await takeEvent(services, event);
    },
    another: async () => messagesIn(await world.newTenant('Shining Homes'), database),
    close: () => world.close().then(() => database.drop()),
  };
}

export const INVOICE = {
  title: 'Invoice 1041 for Dolores Haze',
  amount: 180.5,
  type: 'receivable',
  dueDate: '2026-12-09',
  status: 'pending',
  currency: 'usd',
  kind: 'invoiceClient',
  lineItems: [
    { description: 'Windows', quantity: 2, unitPrice: 60.25 },
    { description: 'Kitchen & <hall>', quantity: 1, unitPrice: 60 },
  ],
} as const;
