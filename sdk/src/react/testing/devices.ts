import type { PushConflict } from '@backhaul/shared';
import { deviceWithTask, openDevice, recordId, type TestDevice } from '../../testing/open-device.ts';
import {
  changesOf,
  errorAnswer,
  json,
  judging,
  pullAnswer,
  pushAnswer,
  version,
} from '../../testing/scripted-server.ts';

type Code = NonNullable<ReturnType<Parameters<typeof judging>[0]>['code']>;

/** A device whose server refused these edits of its one task, in their order. */
export async function deviceWithRefused(
  ...refused: readonly { readonly fields: object; readonly code: Code }[]
): Promise<TestDevice> {
  const device = await deviceWithTask({ title: 'Windows' });
  for (const { fields, code } of refused) {
    await device.db.tasks.update(recordId(1), fields);
    device.server.onPush(judging(() => ({ outcome: 'rejected', code, retryable: false })));
    await device.db.sync.now();
  }
  return device;
}

/** A device whose edit of its one task met somebody else's. */
export async function deviceWithConflict(): Promise<TestDevice> {
  const device = await deviceWithTask();
  await device.db.tasks.update(recordId(1), { title: 'Mine' });
  device.server.onPush((request) => {
    const changes = changesOf(request);
    const results = changes.map((change) => ({ change, outcome: 'conflict' as const, updatedAt: version(20) }));
    const conflict: PushConflict = {
      id: recordId(77),
      entity: 'task',
      entityId: recordId(1),
      fields: ['title'],
      summary: 'Ana and Bea both changed title of a task.',
      winner: 'client',
      serverUpdatedAt: version(15),
    };
    return json({ ...pushAnswer(changes, results), conflicts: [conflict] });
  });
  await device.db.sync.now();
  return device;
}

/** A device that asked for two messages: of its one invoice, which the service refused for good, and one that waits for an hour. */
export async function deviceWithMessages(): Promise<TestDevice> {
  const device = await openDevice();
  const { db, server } = device;
  const updatedAt = version(10);
  const payload = { id: recordId(1), createdAt: updatedAt, updatedAt, deletedAt: null, title: 'Windows' };
  const invoice = { op: 'upsert', entity: 'finance_entry', entityId: recordId(1), updatedAt, payload };
  server.onPull(() => json(pullAnswer([invoice])));
  server.onSend(
    () => errorAnswer(422, 'UNREACHABLE'),
    () => errorAnswer(429, 'RATE_LIMITED', { 'retry-after': '3600' }),
  );
  await db.sends.ask('invoices', recordId(1), { channels: ['sms', 'email'] });
  await db.sync.now();
  await db.sends.ask('invoices', recordId(2), { channels: ['whatsapp'] });
  await db.sync.now();
  return device;
}
