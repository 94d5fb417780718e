import type { ConsentRequest, ConsentResponse, MessagePreview } from '@backhaul/shared';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';
import { clockTime } from '../ui/when.ts';
import { CHANNEL_NAMES } from './describe-message.ts';

interface ConsentsProps {
  readonly ways: readonly MessagePreview[];
  readonly onChanged: () => Promise<unknown>;
}

/** What the customer said about being written to, way by way, and a place to note what they say now. */
export function Consents({ ways, onChanged }: ConsentsProps) {
  const [shown, setShown] = useState(false);
  const reachable = ways.filter(({ to }) => to !== null);
  if (reachable.length === 0) return null;
  return (
    <Stack gap="xs" align="flex-start">
      <Button size="compact-sm" variant="subtle" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {shown ? 'Hide what the customer agreed to' : 'What the customer agreed to'}
      </Button>
      {shown && reachable.map((way) => <ConsentLine key={way.channel} way={way} onChanged={onChanged} />)}
    </Stack>
  );
}

interface ConsentLineProps {
  readonly way: MessagePreview;
  readonly onChanged: () => Promise<unknown>;
}

function ConsentLine({ way: { channel, to, problem, consentedAt }, onChanged }: ConsentLineProps) {
  const { api } = useWork();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const isOptedOut = problem?.code === 'OPTED_OUT';
  const name = CHANNEL_NAMES[channel];
  const note = async (consent: ConsentRequest['consent']): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    try {
      const request: ConsentRequest = { channel, address: to ?? '', consent };
      const { stoppedAt } = await api.call<ConsentResponse>('POST', '/v1/consents', request);
      if (consent === 'given' && stoppedAt !== null) setTrouble(STOPPED);
      await onChanged();
    } catch (error) {
      setTrouble((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <Stack gap={4} role="group" aria-label={`Consent to ${name}`} w="100%">
      <Group justify="space-between" gap="xs">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {name}, {to}: {wordOf(isOptedOut, consentedAt)}
        </Text>
        <Group gap="xs">
          {(isOptedOut || consentedAt === null) && (
            <Button size="xs" variant="default" loading={busy} onClick={() => void note('given')}>
              {isOptedOut ? 'They agree again' : 'They agreed'}
            </Button>
          )}
          {!isOptedOut && (
            <Button size="xs" variant="default" loading={busy} onClick={() => void note('withdrawn')}>
              They do not wish it
            </Button>
          )}
        </Group>
      </Group>
      {trouble && <Problem title="It stays as it was">{trouble}</Problem>}
    </Stack>
  );
}

const STOPPED = 'They wrote STOP themselves: nothing but their own START undoes that. Their consent was noted.';

function wordOf(isOptedOut: boolean, consentedAt: string | null): string {
  if (isOptedOut) return 'do not write';
  return consentedAt === null ? 'nothing noted' : `agreed, ${clockTime(consentedAt)}`;
}
