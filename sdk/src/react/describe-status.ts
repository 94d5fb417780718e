import type { SyncStatus } from '../status/sync-status.ts';
import type { Messages } from './messages/messages.ts';

/** How the sync stands, for people: a sentence or two, and how much it should worry them. */
export interface StatusText {
  readonly text: string;
  readonly mood: 'good' | 'busy' | 'waiting' | 'bad';
}

export function describeStatus(
  status: Pick<SyncStatus, 'phase' | 'online' | 'pending' | 'heldForServer' | 'error' | 'uploads' | 'sends'>,
  messages: Messages,
): StatusText {
  const { phase, online, pending, heldForServer, error, uploads, sends } = status;
  const waits = pending > 0;
  const others = uploads + sends > 0 ? messages.othersWaiting(uploads, sends) : null;
  if (error?.code === 'DEVICE_REVOKED') return { mood: 'bad', text: messages.revoked };
  if (!online) {
    const text = waits ? messages.offlineWaiting(pending) : messages.offline;
    return { mood: 'waiting', text: others === null ? text : `${text} ${others}` };
  }
  if (phase === 'pushing') return { mood: 'busy', text: waits ? messages.sending(pending) : messages.syncing };
  if (phase === 'pulling') return { mood: 'busy', text: messages.fetching };
  if (error) {
    const trouble = messages.trouble(error.code);
    return { mood: 'bad', text: waits ? `${trouble} ${messages.waiting(pending)}` : trouble };
  }
  if (waits && pending === heldForServer) return { mood: 'waiting', text: messages.waitingForServer(pending) };
  if (waits) return { mood: 'waiting', text: messages.waiting(pending) };
  return others === null ? { mood: 'good', text: messages.synced } : { mood: 'waiting', text: others };
}
