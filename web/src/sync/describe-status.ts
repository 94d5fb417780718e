import type { SyncStatus } from '@backhaul/sdk';

/** How the sync stands, for people: one sentence, and how much it should worry them. */
export interface StatusText {
  readonly text: string;
  readonly mood: 'good' | 'busy' | 'waiting' | 'bad';
}

export function describeStatus(status: SyncStatus): StatusText {
  const { phase, online, pending, error } = status;
  const waiting = pending > 0 ? `${changes(pending)} ${pending === 1 ? 'waits' : 'wait'}.` : '';
  if (phase === 'stopped' && error?.code === 'DEVICE_REVOKED') {
    return { mood: 'bad', text: 'A manager has removed this device. Nothing is synced any more.' };
  }
  if (!online) return { mood: 'waiting', text: `Offline. ${waiting || 'You can go on working.'}` };
  if (phase === 'pushing') return { mood: 'busy', text: pending > 0 ? `Sending ${changes(pending)}…` : 'Syncing…' };
  if (phase === 'pulling') return { mood: 'busy', text: 'Fetching news…' };
  if (error) return { mood: 'bad', text: [explain(error.code), waiting].filter(Boolean).join(' ') };
  if (pending > 0) return { mood: 'waiting', text: waiting };
  return { mood: 'good', text: 'Everything is synced.' };
}

/** `null`: all that was typed here has reached the office. */
export function describeUnsent({ pending, rejected }: Pick<SyncStatus, 'pending' | 'rejected'>): string | null {
  const parts = [
    ...(pending > 0 ? [`${changes(pending)} on this device ${pending === 1 ? 'has' : 'have'} not been sent yet.`] : []),
    ...(rejected > 0
      ? [
          `${changes(rejected)} ${rejected === 1 ? 'was' : 'were'} rejected and ${rejected === 1 ? 'waits' : 'wait'} for your decision.`,
        ]
      : []),
  ];
  return parts.length === 0 ? null : parts.join(' ');
}

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
    case 'NOT_FOUND':
      return 'You are no longer a member of this business.';
    case 'STORAGE':
      return 'This browser can not save: its storage is full or blocked.';
    default:
      return `Sync does not get through (${code}); trying again.`;
  }
}

const changes = (count: number): string => `${count} ${count === 1 ? 'change' : 'changes'}`;
