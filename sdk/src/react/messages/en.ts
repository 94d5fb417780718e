import type { Messages } from './messages.ts';

const changes = (count: number): string => `${count} ${count === 1 ? 'change' : 'changes'}`;
const wait = (count: number): string => `${changes(count)} ${count === 1 ? 'waits' : 'wait'}.`;

function othersWait(files: number, messages: number): string {
  const parts = [
    ...(files > 0 ? [`${files} ${files === 1 ? 'file' : 'files'}`] : []),
    ...(messages > 0 ? [`${messages} ${messages === 1 ? 'message' : 'messages'}`] : []),
  ];
  return `${parts.join(' and ')} ${files + messages === 1 ? 'waits' : 'wait'}.`;
}

export const english: Messages = {
  language: 'en',

  synced: 'Everything is synced.',
  offline: 'Offline. You can go on working.',
  waiting: wait,
  waitingForServer: (count) => `${wait(count)} The service is older than this app.`,
  offlineWaiting: (count) => `Offline. ${wait(count)}`,
  othersWaiting: othersWait,
  sending: (count) => `Sending ${changes(count)}…`,
  syncing: 'Syncing…',
  fetching: 'Fetching news…',
  trouble: explain,
  revoked: 'A manager has removed this device. Nothing is synced any more.',

  notSentYet: 'Not sent yet',
  conflicts: (count) => `${count} ${count === 1 ? 'conflict' : 'conflicts'}`,

  refused: (count) => `${changes(count)} not accepted`,
  deleteRefused: 'This could not be deleted.',
  createOrEditRefused: 'What you entered was not accepted.',
  reasons: {
    MALFORMED_CHANGE: 'The change could not be read.',
    INVALID_ID: 'A record is named wrongly.',
    INVALID_FIELD: 'A value is of the wrong kind.',
    INVALID_TEXT: 'A text is too long or has characters that can not be stored.',
    INVALID_DATE: 'A date or time does not exist.',
    INVALID_AMOUNT: 'An amount has more than two decimals or is too large.',
    REQUIRED_FIELD: 'A field that is needed is empty.',
    DUPLICATE_VALUE: 'Another record already has this value.',
    RECORD_GONE: 'The record has been deleted.',
    FORBIDDEN: 'You may not change this.',
    BODY_TOO_LARGE: 'It is too large to be sent.',
    CHANGE_ID_REUSED: 'The change was mixed up with another one. Try it again.',
    INTERNAL_CHANGE: 'The service could not store it.',
    TYPE_NOT_ALLOWED: 'This business does not take files of this type.',
    ATTACHMENT_TOO_LARGE: 'The file is larger than this business takes.',
    UPLOAD_MISMATCH: 'What arrived is not this file. Add it again.',
    CHECKSUM_MISMATCH: 'The file has been damaged on this device. Add it again.',
    NOT_FOUND: 'The record is not there any more.',
  },
  edit: 'Edit',
  cancel: 'Cancel',
  retry: 'Try again',
  discard: 'Discard',
  confirmDiscard: 'What you entered will be gone for good.',
  discardForGood: 'Discard for good',
  keep: 'Keep',
  retried: (record) => `${record}: it will be sent again.`,
  discarded: (record) => `${record}: discarded.`,
  didNotWork: (reason) => `That did not work: ${reason}`,

  messagesNotSent: (count) => `${count} ${count === 1 ? 'message' : 'messages'} not sent`,
  messageRetried: (record) => `${record}: it will be asked for again.`,
  sendStates: { waiting: 'waits to be sent.', refused: 'not accepted.' },
  sendReasons: {
    UNREACHABLE: 'There is no usable address of the customer.',
    OPTED_OUT: 'The customer does not wish to be written to in this way.',
    OPEN_CONFLICT: 'The open conflict of this record has to be settled first.',
    ALREADY_BILLED: 'Another invoice charges the same task.',
    UPLOAD_MISSING: 'The file that goes along has not arrived yet.',
    RATE_LIMITED: 'Too many messages at once; it takes its turn.',
    FORBIDDEN: 'You may not send this.',
    NOT_FOUND: 'The record or its file is not there any more.',
    RECORD_GONE: 'The file that goes along was deleted.',
    NOT_SENDABLE: 'This can not be sent, or not with this file.',
    ATTACHMENTS_UNAVAILABLE: 'The service keeps no files.',
    UNSUPPORTED: 'The service can not send it in this way.',
    UNAVAILABLE: 'The service can not be reached; trying again.',
  },
  channels: { sms: 'SMS', whatsapp: 'WhatsApp', email: 'email' },
  confirmDiscardMessage: 'This device will not send it any more.',

  fileWaiting: 'On this device, not sent yet',
  fileSending: (percent) => `Sending, ${percent}%`,
  fileRefused: (reason) => `Not accepted: ${reason}`,
  inspector: {
    title: 'Sync in detail',
    refresh: 'Look again',
    export: 'Save a report',
    phase: 'Phase',
    leads: 'This tab syncs',
    live: 'Live',
    pending: 'Waiting changes',
    refusedChanges: 'Changes not accepted',
    files: 'Files',
    messages: 'Messages to customers',
    waitingAndRefused: (waiting, refused) => `${waiting} waiting, ${refused} not accepted`,
    error: 'Trouble',
    cursor: 'Up to',
    clockOffset: 'Clock is behind by',
    storage: 'Storage',
    versions: 'Schema here / at the service',
    device: 'Device',
    nothingWaits: 'Nothing waits to be sent.',
    waits: 'Waits to be sent',
    change: 'Change',
    deletion: 'deletion',
    state: 'State',
    states: { unsent: 'not sent', sent: 'sent, no answer yet', held: 'held', setAside: 'set aside' },
    age: 'Age',
    cycles: 'Last cycles',
    began: 'Began',
    took: 'Took',
    underWay: 'under way',
    sent: 'Sent',
    received: 'Received',
  },

  yes: 'Yes',
  no: 'No',
  nothing: 'Nothing',
};

function explain(code: string): string {
  switch (code) {
    case 'NETWORK':
    case 'TIMEOUT':
    case 'UNAVAILABLE':
      return 'The service can not be reached; trying again.';
    case 'TOKEN_UNAVAILABLE':
    case 'UNAUTHENTICATED':
    case 'TOKEN_EXPIRED':
      return 'Your sign-in has run out. Sign in again to sync.';
    case 'MEMBER_DISABLED':
    case 'MEMBER_REMOVED':
      return 'You are no longer a member of this business.';
    case 'STORAGE':
    case 'STORAGE_FULL':
    case 'STORAGE_UNAVAILABLE':
    case 'STORAGE_BLOCKED':
      return 'This browser can not save: its storage is full or blocked.';
    default:
      return `Sync does not get through (${code}); trying again.`;
  }
}
