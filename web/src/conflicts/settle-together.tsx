import type { Conflict } from '@backhaul/shared';
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Problem } from '../ui/problem.tsx';
import type { Settling } from './use-settle.ts';

interface SettleTogetherProps {
  readonly shown: readonly Conflict[];
  readonly chosen: readonly Conflict[];
  readonly onChoose: (conflicts: readonly Conflict[]) => void;
  readonly settling: Settling;
  readonly online: boolean;
}

/** Decides several conflicts at once. Restoring changes records, so it is asked about first. */
export function SettleTogether({ shown, chosen, onChoose, settling, online }: SettleTogetherProps) {
  const [asking, setAsking] = useState(false);
  const { busy, problem, refusals, settle } = settling;
  const disabled = !online || busy !== null || chosen.length === 0;
  const restore = (): void => {
    setAsking(false);
    void settle(chosen, 'restore');
  };
  return (
    <Stack gap="xs" className="settle-together">
      <Group justify="space-between" gap="xs">
        <Checkbox
          label={chosen.length === 0 ? 'Choose all shown' : `${chosen.length} of ${shown.length} shown chosen`}
          checked={chosen.length === shown.length}
          indeterminate={chosen.length > 0 && chosen.length < shown.length}
          onChange={() => onChoose(chosen.length === shown.length ? [] : shown)}
        />
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            disabled={disabled}
            loading={busy === 'keep'}
            onClick={() => void settle(chosen, 'keep')}
          >
            Keep all
          </Button>
          <Button size="xs" disabled={disabled} loading={busy === 'restore'} onClick={() => setAsking(true)}>
            Restore all
          </Button>
        </Group>
      </Group>
      {problem && <Problem title="Not all of them were settled">{problem}</Problem>}
      {refusals.size > 0 && (
        <Problem title={`${refusals.size} could not be settled`}>They say why below, and stay chosen.</Problem>
      )}
      <Modal opened={asking} onClose={() => setAsking(false)} title={`Restore ${chosen.length}?`} centered>
        <Stack gap="md">
          <Text size="sm">
            The values that were kept aside replace those that stand, and every device gets them. Where several were
            kept aside for one field, the latest comes back.
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => setAsking(false)}>
              Cancel
            </Button>
            <Button onClick={restore} data-autofocus>
              Restore {chosen.length}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  );
}
