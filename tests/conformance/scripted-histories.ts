import type { FileName, RecordName } from './cast.ts';
import type { PlannedChange, PlannedFile, PlannedRequest, Step } from './history.ts';

interface ScriptedHistory {
  readonly name: string;
  /** In the service's transcript, so that a history which no longer gets there is noticed. */
  readonly tells: RegExp;
  readonly steps: readonly Step[];
}

const [OFFICE, OFFICE_2, ANA, ANA_2, BRUNO] = [0, 1, 2, 3, 4] as const;

const TASK = { title: 'Windows', date: '2026-01-05', status: 'scheduled' };
const ofAna = { ...TASK, assignedEmployeeId: { record: 'anaRecord' } };

let clock = 0;
function made(record: RecordName, payload: PlannedChange['payload']): PlannedChange {
  clock += 1;
  return { record, op: 'upsert', base: 'create', payload, at: clock };
}
function edited(
  record: RecordName,
  payload: PlannedChange['payload'],
  rest: Partial<PlannedChange> = {},
): PlannedChange {
  clock += 1;
  return { record, op: 'upsert', base: 'known', payload, at: clock, ...rest };
}
function gone(record: RecordName, rest: Partial<PlannedChange> = {}): PlannedChange {
  clock += 1;
  return { record, op: 'delete', base: 'known', payload: {}, at: clock, ...rest };
}
const push = (device: number, ...changes: readonly PlannedChange[]): Step => ({ kind: 'push', device, changes });
const pull = (device: number, limit = 500): Step => ({ kind: 'pull', device, from: 'cursor', limit });
const repeat = (device: number, picks: readonly number[], alter = false): Step => ({
  kind: 'repeat',
  device,
  picks,
  alter,
});
const everybodyPulls = [OFFICE, OFFICE_2, ANA, ANA_2, BRUNO].map((device) => pull(device));

const announce = (device: number, file: FileName, facts: PlannedFile): Step => ({
  kind: 'announce',
  device,
  file,
  facts,
});
const upload = (text: string, headers: { readonly [name: string]: string } = {}): Step => ({
  kind: 'upload',
  text,
  headers,
});
const complete = (device: number, file: FileName): Step => ({ kind: 'complete', device, file });
const download = (device: number, file: FileName): Step => ({ kind: 'download', device, file });
const erase = (device: number, file: FileName): Step => ({ kind: 'erase', device, file });
const send = (device: number, record: RecordName, request: PlannedRequest): Step => ({
  kind: 'send',
  device,
  record,
  request,
});

const INVOICE = {
  title: 'Windows',
  amount: 10,
  type: 'receivable',
  dueDate: '2026-01-31',
  status: 'pending',
  currency: 'eur',
  kind: 'invoiceClient',
  clientId: { record: 'client1' },
};

const LINE = { description: 'Windows', quantity: 1, unitPrice: 10 };
const withFile = (file: FileName): PlannedRequest => ({ channels: ['email'], attachmentId: { file } });

const EXPENSE = {
  title: 'Parking',
  amount: 14,
  type: 'payable',
  dueDate: '2026-01-31',
  status: 'pending',
  currency: 'usd',
  kind: 'expenseOutOfPocket',
  employeeId: { record: 'anaRecord' },
};

export const SCRIPTED: readonly ScriptedHistory[] = [
  {
    name: 'merge and conflict',
    tells: /"outcome":"conflict".*"outcome":"merged"|"outcome":"merged".*"outcome":"conflict"/,
    steps: [
      push(OFFICE, made('task1', ofAna)),
      ...everybodyPulls,
      push(OFFICE, edited('task1', { title: 'Doors', status: 'completed' })),
      push(ANA, edited('task1', { notes: 'Dog' })),
      push(ANA_2, edited('task1', { notes: 'Key is outside', status: 'inProgress' })),
      push(OFFICE_2, edited('task1', { title: 'Stairs', notes: null })),
      ...everybodyPulls,
    ],
  },
  {
    name: 'deletions and revivals',
    tells: /deletedOverEdit.*editedOverDelete|editedOverDelete.*deletedOverEdit/,
    steps: [
      push(OFFICE, made('task1', ofAna), made('task2', ofAna)),
      ...everybodyPulls,
      push(ANA, edited('task1', { notes: 'Dog' }), edited('task2', { notes: 'Dog' })),
      push(OFFICE_2, gone('task1')),
      push(OFFICE, gone('task2')),
      push(ANA_2, edited('task2', { status: 'completed' })),
      push(OFFICE, made('task1', TASK)),
      push(BRUNO, gone('task2')),
      ...everybodyPulls,
    ],
  },
  {
    name: 'a change sent again, altered, and from elsewhere',
    tells: /CHANGE_ID_REUSED/,
    steps: [
      push(OFFICE, made('task1', ofAna), edited('task1', { title: 'Doors' }), edited('task2', { title: '' })),
      repeat(OFFICE, [1, 0, 1]),
      push(OFFICE_2, edited('task1', { title: 'Stairs' }, { base: 'unstated' })),
      push(ANA, edited('task1', { notes: 'Dog' }, { base: 'unstated', at: 100_000 })),
      repeat(OFFICE, [2, 0]),
      repeat(OFFICE, [0], true),
      repeat(ANA, [0, 4]),
      repeat(ANA_2, [4]),
    ],
  },
  {
    name: 'references that arrive later, and what waits behind them',
    tells: /MISSING_REFERENCE.*Waits behind/,
    steps: [
      push(OFFICE, edited('task1', { ...TASK, clientId: { record: 'client1' } }, { base: 'create' })),
      push(OFFICE, made('task2', { ...TASK, clientId: { record: 'client2' } }), edited('task2', { title: 'Doors' })),
      push(OFFICE, made('task2', { ...TASK, clientId: { record: 'client1' } }), made('client1', { name: 'Mr Silva' })),
      push(OFFICE, made('task3', { ...TASK, clientId: { record: 'client2' } }), made('client2', { phone: '1' })),
      push(OFFICE, gone('client1')),
      push(OFFICE, edited('task2', { clientId: { record: 'client1' }, notes: 'Late' })),
    ],
  },
  {
    name: 'what an employee sees, through a task, and loses again',
    tells: /"reason":"scope"/,
    steps: [
      push(
        OFFICE,
        made('client1', { name: 'Mr Silva', phone: '1' }),
        made('task1', { ...ofAna, clientId: { record: 'client1' } }),
      ),
      ...everybodyPulls,
      push(OFFICE, edited('task1', { assignedEmployeeId: { record: 'brunoRecord' } })),
      ...everybodyPulls,
      push(ANA, edited('client1', { name: 'Mine' }), edited('task1', { status: 'completed' })),
      push(OFFICE, edited('task1', { teamId: { record: 'teamA' } }), edited('client1', { name: 'Ms Costa' })),
      push(ANA, edited('task1', { status: 'completed' }), edited('task1', { title: 'Mine' })),
      ...everybodyPulls,
      pull(ANA, 1),
      pull(ANA, 1),
    ],
  },
  {
    name: 'a record that leaves by one key and then by the other',
    tells: /"reason":"scope"/,
    steps: [
      push(OFFICE, made('task1', { ...ofAna, teamId: { record: 'teamA' } })),
      ...everybodyPulls,
      push(OFFICE, edited('task1', { assignedEmployeeId: null })),
      pull(ANA),
      push(OFFICE, edited('task1', { teamId: { record: 'teamB' } })),
      ...everybodyPulls,
    ],
  },
  {
    name: 'a team changed, and a resync of those whose scope it was',
    tells: /RESYNC_REQUIRED/,
    steps: [
      push(
        OFFICE,
        made('task1', { ...TASK, teamId: { record: 'teamA' } }),
        made('task2', { ...TASK, teamId: { record: 'teamB' } }),
      ),
      ...everybodyPulls,
      push(OFFICE, edited('anaRecord', { teamId: { record: 'teamB' } })),
      ...everybodyPulls,
      { kind: 'pull', device: ANA, from: 'start', limit: 2 },
      pull(ANA, 2),
      push(OFFICE, edited('task2', { title: 'Doors' })),
      pull(ANA, 2),
      pull(ANA, 2),
    ],
  },
  {
    name: 'expenses of one’s own, and rights that are missing',
    tells: /FORBIDDEN/,
    steps: [
      push(ANA, made('entry1', { ...EXPENSE, currency: 'USD' })),
      push(ANA, made('task1', TASK), edited('teamA', { name: 'Mine' }), edited('brunoRecord', { phone: '9' })),
      push(BRUNO, edited('entry1', { amount: 1 }, { base: 'unstated' })),
      push(OFFICE, edited('entry1', { status: 'paid', amount: 15 }, { base: 'unstated' })),
      push(ANA, edited('entry1', { amount: 20 })),
      ...everybodyPulls,
    ],
  },
  {
    name: 'a unique value that changes hands',
    tells: /DUPLICATE_VALUE/,
    steps: [
      pull(OFFICE),
      push(OFFICE, made('newcomer', { name: 'Carla', userId: { user: 'ana' } })),
      push(OFFICE, edited('anaRecord', { userId: null }), made('newcomer', { name: 'Carla', userId: { user: 'ana' } })),
      push(OFFICE, edited('anaRecord', { userId: { user: 'ana' } }), edited('newcomer', { userId: null })),
      ...everybodyPulls,
      push(OFFICE, gone('newcomer'), edited('anaRecord', { userId: { user: 'ana' } })),
      ...everybodyPulls,
    ],
  },
  {
    name: 'members and devices that may not any more',
    tells: /MEMBER_DISABLED.*DEVICE_REVOKED|DEVICE_REVOKED.*MEMBER_DISABLED/,
    steps: [
      ...everybodyPulls,
      { kind: 'member', person: 'ana', change: 'disabled' },
      push(ANA, edited('task1', { notes: 'Dog' })),
      pull(ANA),
      { kind: 'escrow', device: ANA },
      { kind: 'member', person: 'ana', change: 'active' },
      pull(ANA),
      { kind: 'member', person: 'bruno', change: 'manager' },
      pull(BRUNO),
      { kind: 'other', device: BRUNO, what: 'devices' },
      { kind: 'revoke', device: ANA },
      pull(ANA),
      push(ANA, made('task1', TASK)),
      { kind: 'escrow', device: ANA },
      pull(ANA_2),
      { kind: 'member', person: 'bruno', change: 'removed' },
      pull(BRUNO),
      push(BRUNO, made('task1', TASK)),
      { kind: 'escrow', device: BRUNO },
      { kind: 'other', device: BRUNO, what: 'tenants' },
    ],
  },
  {
    name: 'a file: announced, uploaded, completed, seen by who sees its record',
    tells: /UPLOAD_MISSING.*CHECKSUM_MISMATCH.*OBJECT_EXISTS.*ALREADY_UPLOADED/,
    steps: [
      push(OFFICE, made('task1', ofAna), made('task2', TASK)),
      ...everybodyPulls,
      announce(ANA, 'file1', { owner: 'task1', text: 'Before', raw: { purpose: 'checkIn', fileName: 'Baño.txt' } }),
      announce(ANA, 'file1', { owner: 'task1', text: 'Before', raw: { purpose: 'checkIn', fileName: 'Baño.txt' } }),
      ...everybodyPulls,
      complete(ANA, 'file1'),
      download(ANA, 'file1'),
      upload('Afters'),
      upload('Before', { 'content-type': 'image/png' }),
      upload('Before'),
      upload('Before'),
      complete(ANA, 'file1'),
      complete(ANA_2, 'file1'),
      announce(ANA, 'file1', { owner: 'task1', text: 'Before' }),
      announce(OFFICE, 'file1', { owner: 'task1', text: 'Other' }),
      ...everybodyPulls,
      ...[OFFICE, ANA, BRUNO].map((device) => download(device, 'file1')),
      complete(BRUNO, 'file1'),
      push(OFFICE, gone('task1')),
      ...everybodyPulls,
      download(OFFICE, 'file1'),
      complete(OFFICE, 'file1'),
      push(OFFICE, edited('task1', { notes: 'Back' })),
      download(OFFICE, 'file1'),
    ],
  },
  {
    name: 'files that are refused, and a receipt that its expense names',
    tells: /NOT_FOUND.*TYPE_NOT_ALLOWED.*ATTACHMENT_TOO_LARGE.*"linked":true.*"linked":false/,
    steps: [
      push(ANA, made('entry1', EXPENSE)),
      push(OFFICE, made('task2', TASK)),
      ...everybodyPulls,
      announce(BRUNO, 'file1', { owner: 'entry1', text: 'x' }),
      announce(ANA, 'file1', { owner: 'task2', text: 'x' }),
      announce(ANA, 'file1', { owner: 'teamA', text: 'x' }),
      announce(ANA, 'file1', { owner: 'entry1', text: 'x', raw: { mimeType: 'video/mp4' } }),
      announce(ANA, 'file1', { owner: 'entry1', text: 'x', raw: { size: 30_000_000 } }),
      announce(ANA, 'file1', { owner: 'entry1', text: 'x', raw: { purpose: 'nonsense' } }),
      announce(ANA, 'file1', { owner: 'entry1', text: 'x', raw: { ownerId: 'x' } }),
      complete(ANA, 'file2'),
      announce(ANA, 'file1', { owner: 'entry1', text: 'Receipt' }),
      upload('Receipt'),
      complete(ANA, 'file1'),
      announce(OFFICE, 'file2', { owner: 'entry1', text: 'Second' }),
      upload('Second'),
      complete(OFFICE, 'file2'),
      ...everybodyPulls,
    ],
  },
  {
    name: 'files that are deleted: by whom, and what their record names and brings back',
    tells: /"linked":true.*FORBIDDEN.*"receiptAttachmentId":null.*RECORD_GONE.*MEMBER_DISABLED/,
    steps: [
      erase(ANA, 'file1'),
      push(OFFICE, made('task1', ofAna)),
      push(ANA, made('entry1', EXPENSE)),
      announce(OFFICE, 'file1', { owner: 'task1', text: 'Before' }),
      announce(ANA, 'file2', { owner: 'entry1', text: 'Receipt' }),
      upload('Receipt'),
      complete(ANA, 'file2'),
      ...everybodyPulls,
      erase(BRUNO, 'file1'),
      erase(ANA, 'file1'),
      erase(ANA_2, 'file2'),
      erase(ANA, 'file2'),
      ...everybodyPulls,
      download(ANA, 'file2'),
      complete(ANA, 'file2'),
      push(OFFICE, edited('entry1', { amount: 15 })),
      announce(ANA, 'file2', { owner: 'entry1', text: 'Receipt' }),
      complete(ANA, 'file2'),
      ...everybodyPulls,
      erase(OFFICE, 'file1'),
      push(OFFICE, gone('task1')),
      erase(OFFICE, 'file1'),
      push(OFFICE, edited('task1', { notes: 'Back' })),
      announce(OFFICE, 'file1', { owner: 'task1', text: 'Before' }),
      push(OFFICE, gone('task1')),
      erase(OFFICE, 'file1'),
      push(OFFICE, gone('entry1')),
      erase(OFFICE, 'file2'),
      ...everybodyPulls,
      push(OFFICE, edited('task1', { notes: 'And back' })),
      erase(OFFICE_2, 'file1'),
      ...everybodyPulls,
      { kind: 'member', person: 'ana', change: 'disabled' },
      erase(ANA, 'file2'),
    ],
  },
  {
    name: 'a message: once for its key and for what the customer sees',
    tells: /"queued".*"unchanged".*IDEMPOTENCY_KEY_REUSED.*FORBIDDEN/,
    steps: [
      push(OFFICE, made('client1', { name: 'Mr Silva', phone: '+15085550123', email: 'silva@example.com' })),
      push(OFFICE, made('entry1', INVOICE)),
      ...everybodyPulls,
      send(OFFICE, 'entry2', { channels: ['sms'] }),
      send(OFFICE, 'entry1', { channels: ['sms', 'email'], message: 'Thank you', idempotencyKey: 'key-number-1' }),
      send(OFFICE, 'entry1', { channels: ['sms', 'email'], message: 'Thank you', idempotencyKey: 'key-number-1' }),
      send(OFFICE_2, 'entry1', { channels: ['sms'], idempotencyKey: 'key-number-1' }),
      send(OFFICE_2, 'entry1', { channels: ['sms'], idempotencyKey: 'key-number-2' }),
      send(ANA, 'entry1', { channels: ['sms'] }),
      send(OFFICE, 'entry1', { channels: [] }),
      ...everybodyPulls,
      push(OFFICE, edited('entry1', { amount: 20 })),
      push(OFFICE_2, edited('entry1', { amount: 30 })),
      send(OFFICE, 'entry1', { channels: ['sms'] }),
      send(OFFICE, 'entry1', { channels: ['sms'], force: true }),
      push(OFFICE, gone('entry1')),
      send(OFFICE, 'entry1', { channels: ['email'] }),
    ],
  },
  {
    name: 'a message with a file, and one that is asked for again',
    tells:
      /"queued".*NOT_FOUND.*UPLOAD_MISSING.*"linked":true.*"unchanged".*NOT_SENDABLE.*"newerSent":true.*RECORD_GONE/,
    steps: [
      push(OFFICE, made('client1', { name: 'Mr Silva', phone: '+15085550123', email: 'silva@example.com' })),
      push(OFFICE, made('task1', TASK), made('entry1', { ...INVOICE, lineItems: [LINE] })),
      ...everybodyPulls,
      send(OFFICE, 'entry1', { channels: ['email'] }),
      send(OFFICE, 'entry1', withFile('file1')),
      announce(OFFICE, 'file1', { owner: 'entry1', text: 'Photo' }),
      send(OFFICE, 'entry1', withFile('file1')),
      upload('Photo'),
      complete(OFFICE, 'file1'),
      // The record names it now, and the customer sees nothing of that, nor of what the office notes.
      send(OFFICE, 'entry1', { channels: ['email'] }),
      push(OFFICE, edited('entry1', { notes: 'Called', method: 'cash', status: 'paid' })),
      send(OFFICE, 'entry1', { channels: ['email'] }),
      send(OFFICE, 'entry1', withFile('file1')),
      send(OFFICE, 'entry1', withFile('file1')),
      send(OFFICE, 'entry1', { channels: ['email'] }),
      announce(OFFICE, 'file2', { owner: 'task1', text: 'Work' }),
      upload('Work'),
      complete(OFFICE, 'file2'),
      send(OFFICE, 'entry1', withFile('file2')),
      push(OFFICE, edited('entry1', { lineItems: [{ ...LINE, taskId: { record: 'task1' } }] })),
      send(OFFICE, 'entry1', { channels: ['email'] }),
      send(OFFICE, 'entry1', withFile('file2')),
      { kind: 'deliver' },
      // Another version goes another way; then the first is right after all.
      push(OFFICE, edited('entry1', { title: 'Doors' })),
      send(OFFICE, 'entry1', { channels: ['sms'] }),
      { kind: 'deliver' },
      push(OFFICE, edited('entry1', { title: 'Windows' })),
      send(OFFICE, 'entry1', { channels: ['email'] }),
      send(OFFICE, 'entry1', { channels: ['email'], again: true }),
      send(OFFICE, 'entry1', { channels: ['email'], again: true }),
      erase(OFFICE, 'file1'),
      send(OFFICE, 'entry1', withFile('file1')),
      ...everybodyPulls,
    ],
  },
  {
    name: 'requests that are wrong as a whole',
    tells: /TOO_MANY_CHANGES.*DEVICE_MISMATCH/,
    steps: [
      ...(['tenants', 'devices', 'otherTenant', 'noSuchRoute', 'tooMany', 'activate', 'foreignDevice'] as const).map(
        (what): Step => ({ kind: 'other', device: ANA, what }),
      ),
      { kind: 'other', device: OFFICE, what: 'devices' },
      { kind: 'pull', device: ANA, from: 'garbage', limit: 500 },
      { kind: 'pull', device: ANA, from: 'ahead', limit: 500 },
      { kind: 'pull', device: ANA, from: 'start', limit: 0 },
      { kind: 'revoke', device: BRUNO },
    ],
  },
];
