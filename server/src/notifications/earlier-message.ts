import type { NotificationRound } from '@backhaul/db';
import type { RecordId } from '@backhaul/shared';
import type { ChannelPlan } from './read-sendable.ts';
import { isUnsent, statusOf } from './state-machine.ts';
import { SUPERSEDED } from './supersede.ts';

/** What went through a channel before and says what would be sent now. */
export interface EarlierMessage {
  /** Of the last one, whatever file went along; 0: there is none. */
  readonly round: number;
  /** The message that stands for what is asked for, so that nothing more is sent; `null`: there is none. */
  readonly message: NotificationRound | null;
  /** No message stands for it, and yet the customer has the same, or may have, with another file or none. */
  readonly isSentOtherwise: boolean;
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
  const exact = same.filter(({ attachment_id }) => attachment_id === file);
  const alive = (file === null ? same : exact).find(({ state }) => statusOf(state) !== 'failed');
  const message = alive ?? failedOf(exact[0]);
  const isSentOtherwise = message === null && same.some(({ state }) => !isUnsent(state));
  return { round: same[0]?.round ?? 0, message, isSentOtherwise };
}

/** A last one that failed stands for itself, until another version followed it: then it may be asked for again. */
function failedOf(last: NotificationRound | undefined): NotificationRound | null {
  return last?.isLatest === true && last.code !== SUPERSEDED.code ? last : null;
}
