import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMessageWorld, INVOICE, type MessageWorld } from '../support/invoices.ts';
import { openDevice, type SdkDevice } from '../support/sdk-device.ts';
import { edit } from '../support/sync-client.ts';
import { announcement, complete, presign, upload } from '../support/upload-client.ts';

let service: MessageWorld;
let m: MessageWorld;
let device: SdkDevice;
beforeAll(async () => {
  service = await createMessageWorld();
});
afterAll(() => service.close());
beforeEach(async () => {
  m = await service.another();
  device = await openDevice(m.world);
  await device.sync();
});

const invoice = async (): Promise<string> => {
  const id = v7();
  await device.db.financeEntries.add({ ...INVOICE, lineItems: [...INVOICE.lineItems], id, clientId: m.clientId });
  return id;
};
const waiting = () => device.db.sends.toArray();

describe('asked for without a network', () => {
  it('goes out once the invoice itself has arrived', async () => {
    device.line.isOffline = true;
    const id = await invoice();
    await device.db.sends.ask('invoices', id, { channels: ['sms', 'email'], message: 'Thank you' });
    await device.trySync();
    expect(await waiting()).toMatchObject([{ entityId: id, state: 'waiting', code: null }]);
    device.line.isOffline = false;
    await device.sync();
    expect(await waiting()).toEqual([]);
    expect((await m.notifications(`?entityId=${id}`)).map(({ channel }) => channel)).toEqual(['sms', 'email']);
    device.db.close();
  });

  it('I10: is one request, however often its answer is lost', async () => {
    const id = await invoice();
    await device.sync();
    device.line.losesSendAnswers = true;
    await device.db.sends.ask('invoices', id, { channels: ['sms'] });
    await device.trySync();
    await device.trySync();
    expect(await waiting()).toHaveLength(1);
    // What the customer would see is another version by now; the request is the same.
    await m.office.push([
      edit('finance_entry', id, (await device.db.financeEntries.get(id))?.updatedAt ?? null, { amount: 1 }),
    ]);
    device.line.losesSendAnswers = false;
    await device.sync();
    expect(await waiting()).toEqual([]);
    expect(await m.notifications(`?entityId=${id}`)).toHaveLength(1);
    device.db.close();
  });

  it('is held while the invoice has an open conflict', async () => {
    const id = await invoice();
    await device.sync();
    device.line.isOffline = true;
    const base = (await device.db.financeEntries.get(id))?.updatedAt ?? null;
    await device.db.financeEntries.update(id, { amount: 200 });
    await device.db.sends.ask('invoices', id, { channels: ['sms'] });
    await m.office.push([edit('finance_entry', id, base, { amount: 300 })]);
    device.line.isOffline = false;
    await device.sync();
    expect(await waiting()).toMatchObject([{ state: 'waiting', code: 'OPEN_CONFLICT' }]);
    expect(await m.notifications(`?entityId=${id}`)).toEqual([]);
    const { body } = await m.office.call<{ conflicts: { id: string }[] }>('GET', `/v1/conflicts?entityId=${id}`);
    await m.office.call('POST', `/v1/conflicts/${body.conflicts[0]?.id}/resolve`, { resolution: 'keep' });
    await device.sync();
    expect(await waiting()).toEqual([]);
    expect(await m.notifications(`?entityId=${id}`)).toHaveLength(1);
    device.db.close();
  });

  it('is held until the file that goes along is there', async () => {
    const id = await invoice();
    await device.sync();
    device.line.isOffline = true;
    const owner = { type: 'finance_entry', id } as const;
    const attachmentId = await device.db.attachments.put(new Blob(['a picture'], { type: 'image/png' }), owner);
    await device.db.sends.ask('invoices', id, { channels: ['email'], attachmentId });
    device.line.isOffline = false;
    await device.sync();
    expect(await waiting()).toMatchObject([{ state: 'waiting', code: 'UPLOAD_MISSING' }]);
    await device.db.attachments.sendNow();
    await device.sync();
    expect(await waiting()).toEqual([]);
    expect(await m.notifications(`?entityId=${id}`)).toMatchObject([{ attachmentId }]);
    device.db.close();
  });

  it('waits while the file that goes along is still on another device', async () => {
    const id = await invoice();
    await device.sync();
    const bytes = Buffer.from('a picture');
    const announced = announcement({ ownerType: 'finance_entry', ownerId: id }, bytes);
    const target = await presign(m.office, announced);
    await device.sync();
    await device.db.sends.ask('invoices', id, { channels: ['email'], attachmentId: announced.attachmentId });
    await device.sync();
    expect(await waiting()).toMatchObject([{ state: 'waiting', code: 'UPLOAD_MISSING' }]);
    await upload(target, bytes);
    await complete(m.office, announced.attachmentId);
    await device.sync();
    expect(await waiting()).toEqual([]);
    device.db.close();
  });

  it('is held while an edit of the invoice was refused, and goes once that is settled', async () => {
    const id = await invoice();
    await device.sync();
    device.line.isOffline = true;
    await device.db.financeEntries.update(id, { amount: 1.005 });
    await device.db.sends.ask('invoices', id, { channels: ['sms'] });
    device.line.isOffline = false;
    await device.sync();
    expect(await waiting()).toMatchObject([{ state: 'waiting', code: null }]);
    expect(await m.notifications(`?entityId=${id}`)).toEqual([]);
    const [refused] = await device.db.rejected.toArray();
    await device.db.rejected.discard(refused?.changeId as string);
    await device.sync();
    expect(await waiting()).toEqual([]);
    expect(await m.notifications(`?entityId=${id}`)).toHaveLength(1);
    device.db.close();
  });

  it('what is refused for good stays, with its code, until somebody asks again or gives it up', async () => {
    const id = await invoice();
    await device.db.clients.update(m.clientId, { phone: null });
    const asked = await device.db.sends.ask('invoices', id, { channels: ['sms'] });
    const other = await device.db.sends.ask('invoices', await invoice(), { channels: ['sms'] });
    await device.sync();
    expect(await waiting()).toMatchObject([
      { id: asked, state: 'refused', code: 'UNREACHABLE' },
      { id: other, state: 'refused', code: 'UNREACHABLE' },
    ]);
    await device.db.sends.discard(other);
    await device.db.clients.update(m.clientId, { phone: '+1 508 555 0123' });
    await device.sync();
    await device.db.sends.retry(asked);
    await device.sync();
    expect(await waiting()).toEqual([]);
    expect(await m.notifications()).toHaveLength(1);
    device.db.close();
  });

  it('a path that the domain does not declare is refused at once', async () => {
    await expect(device.db.sends.ask('pigeons', v7(), { channels: ['sms'] })).rejects.toMatchObject({
      code: 'INVALID_VALUE',
    });
    device.db.close();
  });

  it('signing out warns of what has not gone out', async () => {
    const id = await invoice();
    await device.sync();
    device.line.isOffline = true;
    await device.db.sends.ask('invoices', id, { channels: ['sms'] });
    await expect(device.db.sync.signOut()).rejects.toMatchObject({ code: 'UNSENT_WORK', details: { sends: 1 } });
    // Nor does handing over take a message along: that is for changes.
    await expect(device.db.sync.signOut({ unsent: 'handOver' })).rejects.toMatchObject({
      code: 'UNSENT_WORK',
      details: { sends: 1 },
    });
    device.db.close();
  });
});
