import type { SyncStatus } from '@backhaul/sdk';

/** `null`: all that was typed here has reached the office. */
export function describeUnsent({
  pending,
  rejected,
  messages,
  ...files
}: Pick<SyncStatus, 'pending' | 'rejected' | 'uploads' | 'uploadsRejected'> & {
  /** Requests to write to a customer. */
  readonly messages: number;
}): string | null {
  const unsentFiles = files.uploads + files.uploadsRejected;
  const parts = [
    ...(pending > 0 ? [`${changes(pending)} on this device ${pending === 1 ? 'has' : 'have'} not been sent yet.`] : []),
    ...(rejected > 0
      ? [
          `${changes(rejected)} ${rejected === 1 ? 'was' : 'were'} rejected and ${rejected === 1 ? 'waits' : 'wait'} for your decision.`,
        ]
      : []),
    ...(unsentFiles > 0
      ? [
          `${unsentFiles} ${unsentFiles === 1 ? 'file' : 'files'} on this device ${unsentFiles === 1 ? 'has' : 'have'} not been sent yet.`,
        ]
      : []),
    ...(messages > 0
      ? [
          `${messages} ${messages === 1 ? 'message to a customer has' : 'messages to customers have'} not been sent yet.`,
        ]
      : []),
  ];
  return parts.length === 0 ? null : parts.join(' ');
}

const changes = (count: number): string => `${count} ${count === 1 ? 'change' : 'changes'}`;
