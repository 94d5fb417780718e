import type { Notification } from '@backhaul/shared';
import type { Schedule } from './draw-schedule.ts';
import type { Outcome } from './run-schedule.ts';

/** What of I10 an outcome violates, one sentence each; none for a good one. */
export function judgeSchedule(schedule: Schedule, { notifications, accepted }: Outcome): string[] {
  return schedule.channels.flatMap((channel) => [
    ...judgeChannel(
      schedule,
      notifications.filter((one) => one.channel === channel),
      accepted.filter((one) => one.channel === channel).length,
    ),
  ]);
}

function* judgeChannel({ reports }: Schedule, messages: readonly Notification[], accepted: number): Iterable<string> {
  const [message] = messages;
  if (!message || messages.length > 1) return yield `${messages.length} messages for one version and channel`;
  if (accepted > 1) yield `accepted ${accepted} times`;
  const { status, code, reason, actions } = message;
  switch (status) {
    case 'queued':
    case 'sending':
      return yield `left ${status}`;
    case 'sent':
    case 'delivered':
      if (accepted === 0) yield `${status}, and nobody has it`;
      break;
    case 'failed':
      if (code === null || reason === null) yield 'failed without a reason';
      if (accepted > 0 && !reports.includes('failed')) yield 'failed, but accepted and not bounced';
      break;
    case 'unknown':
      if (!actions.includes('settle')) yield 'unknown, and nobody may settle it';
      if (code === null || reason === null) yield 'unknown without what is known';
      break;
  }
  // What is reported is known, whatever became of the process that sent it.
  const expected = reports.includes('failed') ? 'failed' : reports.includes('delivered') ? 'delivered' : null;
  if (accepted > 0 && expected !== null && status !== expected) yield `reported ${expected}, but ${status}`;
}
