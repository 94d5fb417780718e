import { advanceNotification, type Services, takeEvent } from '@backhaul/server/testing';
import type { Notification, SendResponse, TenantId } from '@backhaul/shared';
import type { MessageWorld } from '../support/invoices.ts';
import { sendGridRequest, type SignedRequest, twilioRequest } from '../support/provider-signatures.ts';
import type { Schedule, WorkerEnd } from './draw-schedule.ts';
import { createLife, killable, Killed } from './killable.ts';
import type { Accepted, ProviderDouble } from './provider-double.ts';

export interface ScheduleWorld {
  readonly m: MessageWorld;
  readonly providers: ProviderDouble;
  /** The time that everybody sees. */
  readonly clock: { now: Date };
}

export interface Outcome {
  readonly notifications: readonly Notification[];
  readonly accepted: readonly Accepted[];
  readonly kills: number;
}

/** Runs until nothing is due any more and every report has been acted on. */
export async function runSchedule(world: ScheduleWorld, schedule: Schedule): Promise<Outcome> {
  const { m, providers } = world;
  providers.clear();
  providers.plan(schedule.troubles);
  const invoiceId = await m.invoice();
  await Promise.all(schedule.requests.map((kind, index) => request(m, schedule, { invoiceId, kind, index })));

  let kills = 0;
  let reported = 0;
  for (let round = 0; ; round += 1) {
    if (round > 60) throw new Error('It never ends');
    const due = await nextDue(m, invoiceId);
    if (due === null) break;
    if (due.at > world.clock.now) world.clock.now = due.at;
    const workers = schedule.rounds[round] ?? [null];
    const ended = await Promise.all(workers.map((end) => work(m.world.server.services, { m, id: due.id, end })));
    kills += ended.filter(Boolean).length;
    if (schedule.reportsEarly) {
      await report(world, schedule, providers.accepted.slice(reported), workers[0] ?? null);
      reported = providers.accepted.length;
    }
  }
  await report(world, schedule, providers.accepted.slice(reported), null);
  await m.takeReports();
  return {
    notifications: await m.notifications(`?entityId=${invoiceId}`),
    accepted: [...providers.accepted],
    kills,
  };
}

async function request(
  m: MessageWorld,
  { channels, seed }: Schedule,
  { invoiceId, kind, index }: { invoiceId: string; kind: Schedule['requests'][number]; index: number },
): Promise<void> {
  const key = kind === 'noKey' ? null : kind === 'sameKey' ? `same-${seed}` : `own-${seed}-${index}`;
  const body = { channels, ...(key === null ? {} : { idempotencyKey: key }) };
  const { status } = await m.office.call<SendResponse>('POST', `/v1/invoices/${invoiceId}/send`, body);
  if (status !== 202) throw new Error(`A request was answered ${status}`);
}

async function nextDue(m: MessageWorld, invoiceId: string): Promise<{ readonly id: string; readonly at: Date } | null> {
  const { rows } = await m.database.owner.pool.query<{ id: string; at: string }>(
    `select notification_id as id, due_at as at from notifications
     where entity_id = $1 and due_at is not null order by due_at limit 1`,
    [invoiceId],
  );
  const [row] = rows;
  return row ? { id: row.id, at: new Date(row.at) } : null;
}

/** One process that takes the step, and may be killed in it. Answers whether it was. */
async function work(
  services: Services,
  { m, id, end }: { m: MessageWorld; id: string; end: WorkerEnd },
): Promise<boolean> {
  const life = createLife(end);
  const { messengers } = services;
  const mortal = (channel: keyof typeof messengers) => {
    const messenger = messengers[channel];
    if (!messenger) return null;
    return {
      ...messenger,
      deliver: (message: Parameters<typeof messenger.deliver>[0]) => life.step(() => messenger.deliver(message)),
      find: (query: Parameters<typeof messenger.find>[0]) => life.step(() => messenger.find(query)),
    };
  };
  const own = {
    ...services,
    database: killable(services.database, life),
    messengers: { whatsapp: mortal('whatsapp'), sms: mortal('sms'), email: mortal('email') },
  };
  try {
    await advanceNotification(own, { tenantId: m.world.tenantId as TenantId, notificationId: id });
    return false;
  } catch (error) {
    if (error instanceof Killed || life.isOver()) return true;
    throw error;
  }
}

/** The provider reports, and workers act on it, one of which may be killed: then another does. */
async function report(
  { m, clock }: ScheduleWorld,
  { reports }: Schedule,
  accepted: readonly Accepted[],
  end: WorkerEnd,
): Promise<void> {
  for (const message of accepted) {
    for (const name of reports) {
      const { url, headers, body } = signed(message, name, clock.now);
      const answer = await m.world.server.app.inject({ method: 'POST', url, headers, body });
      if (answer.statusCode !== 200) throw new Error(`A report was answered ${answer.statusCode}`);
    }
  }
  const { services } = m.world.server;
  const { rows } = await m.database.owner.pool.query<{ provider: string; eventId: string }>(
    `select provider, event_id as "eventId" from webhook_events where sealed is not null`,
  );
  for (const event of rows) {
    const life = createLife(end);
    await takeEvent({ ...services, database: killable(services.database, life) }, event).catch((error: unknown) => {
      if (!(error instanceof Killed) && !life.isOver()) throw error;
    });
  }
  await m.takeReports();
}

function signed({ channel, callback, providerId, customArgs, to }: Accepted, name: string, at: Date): SignedRequest {
  if (channel !== 'email') {
    const { pathname, search } = new URL(callback ?? '');
    const status = name === 'failed' ? 'undelivered' : name;
    return twilioRequest(`${pathname}${search}`, { MessageSid: providerId, MessageStatus: status, To: to });
  }
  const event = { sent: 'processed', delivered: 'delivered', failed: 'bounce' }[name];
  return sendGridRequest(
    [{ event, email: to, sg_event_id: `${providerId}-${name}`, sg_message_id: providerId, ...customArgs }],
    { at },
  );
}
