import type { Channel, MessagePreview } from '@backhaul/shared';
import { Checkbox, Group } from '@mantine/core';
import { CHANNEL_NAMES, STATUS_NAMES } from '../messages/describe-message.ts';

/** What is known of one way to the customer; without a network nothing is. */
export type Way = Pick<MessagePreview, 'channel' | 'problem' | 'sent' | 'newerSent' | 'sentOtherwise' | 'to'>;

export const unknownYet = (channel: Channel): Way => ({
  channel,
  problem: null,
  sent: null,
  newerSent: false,
  sentOtherwise: false,
  to: null,
});

/** What is sent already is sent again only where another version followed it: the customer takes the newest for true. */
export const isPossible = ({ problem, sent, newerSent }: Way): boolean =>
  problem === null && (sent === null || newerSent);

/** Nothing of it has gone this way: what is chosen unless somebody chooses otherwise. */
export const isNew = (way: Way): boolean => isPossible(way) && way.sent === null && !way.sentOtherwise;

interface WaysToSendProps {
  readonly ways: readonly Way[];
  readonly chosen: readonly Channel[];
  readonly onChoose: (channels: readonly Channel[]) => void;
}

export function WaysToSend({ ways, chosen, onChoose }: WaysToSendProps) {
  return (
    <Group gap="lg" role="group" aria-label="Ways to send it">
      {ways.map((way) => (
        <Checkbox
          key={way.channel}
          label={CHANNEL_NAMES[way.channel]}
          description={describe(way)}
          checked={chosen.includes(way.channel)}
          disabled={!isPossible(way)}
          onChange={({ currentTarget }) =>
            onChoose(
              currentTarget.checked ? [...chosen, way.channel] : chosen.filter((channel) => channel !== way.channel),
            )
          }
        />
      ))}
    </Group>
  );
}

function describe({ problem, sent, newerSent, sentOtherwise, to }: Way): string {
  if (sent === null && sentOtherwise && problem === null)
    return 'Sent already, with another file or none: this sends it again';
  if (sent === null) return problem?.message ?? to ?? '';
  return newerSent
    ? 'Sent before, and another version after it: this sends it again'
    : `${STATUS_NAMES[sent]} already, as it is now`;
}
