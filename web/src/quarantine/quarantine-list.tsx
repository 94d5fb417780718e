import type { QuarantineBulkResponse } from '@backhaul/shared';
import { Button, Card, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { useNames } from '../tasks/use-names.ts';
import { Problem } from '../ui/problem.tsx';
import { QuarantineCard } from './quarantine-card.tsx';
import { useQuarantine } from './use-quarantine.ts';

/** Work of devices that may not sync any more: a manager applies or discards each change, or several at once. */
export function QuarantineList() {
  const { api, db } = useWork();
  const { entries, counts, isError, error, online, refetch, refresh } = useQuarantine();
  const names = useNames();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState<'apply' | 'discard' | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  if (entries.length === 0 && isError) {
    return (
      <Problem title="Unsent work of other devices can not be fetched" onRetry={() => void refetch()}>
        {error.message}
      </Problem>
    );
  }
  const ids = entries.map(({ id }) => id).filter((id) => chosen.has(id));
  const choose = (id: string, isChosen: boolean): void => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const decide = async (decision: 'apply' | 'discard'): Promise<void> => {
    setBusy(decision);
    setProblem(null);
    try {
      const { results } = await api.call<QuarantineBulkResponse>('POST', `/v1/quarantine/${decision}`, { ids });
      const refused = results.filter(({ status }) => status === 'waiting').length;
      if (refused > 0) setProblem(`${refused} of ${ids.length} could not be applied; each says why.`);
      setChosen(new Set());
      void db.sync.now();
    } catch (failure) {
      setProblem((failure as Error).message);
    }
    await refresh();
    setBusy(null);
  };

  return (
    <>
      {entries.length > 1 && (
        <Card component="section" aria-label="Unsent work of other devices">
          <Stack gap="xs">
            <Text size="sm">
              {counts?.waiting ?? entries.length} changes did not arrive in time. Nothing of them is applied until you
              say so.
            </Text>
            <Group justify="space-between" gap="xs">
              <Checkbox
                label="All"
                checked={ids.length === entries.length}
                indeterminate={ids.length > 0 && ids.length < entries.length}
                onChange={({ currentTarget }) =>
                  setChosen(new Set(currentTarget.checked ? entries.map(({ id }) => id) : []))
                }
              />
              <Group gap="xs">
                <Button
                  size="xs"
                  variant="default"
                  disabled={!online || ids.length === 0 || busy !== null}
                  loading={busy === 'discard'}
                  onClick={() => void decide('discard')}
                >
                  Discard {ids.length} chosen
                </Button>
                <Button
                  size="xs"
                  disabled={!online || ids.length === 0 || busy !== null}
                  loading={busy === 'apply'}
                  onClick={() => void decide('apply')}
                >
                  Apply {ids.length} chosen
                </Button>
              </Group>
            </Group>
          </Stack>
        </Card>
      )}
      {problem && <Problem title="Not all of it">{problem}</Problem>}
      {entries.map((entry) => (
        <QuarantineCard
          key={entry.id}
          entry={entry}
          names={names}
          online={online}
          onSettled={refresh}
          choice={
            entries.length > 1
              ? { isChosen: chosen.has(entry.id), choose: (isChosen) => choose(entry.id, isChosen) }
              : null
          }
        />
      ))}
    </>
  );
}
