import type { NotificationRound } from '@backhaul/db';
import type { RecordId } from '@backhaul/shared';
import type { ChannelPlan } from './read-sendable.ts';
import { statusOf } from './state-machine.ts';
import { SUPERSEDED } from './supersede.ts';

/** What went through a channel before and says what would be sent now. */
export interface EarlierMessage {
  /** Of the last one, whatever file went along; 0: there is none. */
  readonly round: number;
  /** The message that stands for what is asked for, so that nothing more is sent; `null`: there is none. */
  readonly message: NotificationRound | null;
}

/**
 * `rounds`: of the record, the last first. Who asks for a file means a message with that very file; who asks for none is served by any that
 * has not failed, so that nobody sends without it what a customer was sent with it.
 */
export function earlierMessage(
  rounds: readonly NotificationRound[],
  { channel, contentHash }: Pick<ChannelPlan, 'channel' | 'contentHash'>,
  file: RecordId | null,
): EarlierMessage {
  const same = rounds.filter((row) => row.channel === channel && row.content_hash === contentHash);
  const standing = same.filter(
    (row) => stands(row) && (row.attachment_id === file || (file === null && statusOf(row.state) !== 'failed')),
  );
  const message = standing.find(({ state }) => statusOf(state) !== 'failed') ?? standing[0] ?? null;
  return { round: same[0]?.round ?? 0, message };
}

/** One that failed, and that another version followed, may be asked for again. */
function stands({ state, code, isLatest }: NotificationRound): boolean {
  return statusOf(state) !== 'failed' || (isLatest && code !== SUPERSEDED.code);
}
