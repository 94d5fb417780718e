import type { AuditEntry, Conflict, HistoryItem, HistoryResponse } from '@backhaul/shared';
import { Badge, Button, Group, Skeleton, Stack, Text, Timeline } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { FieldChanges } from '../activity/field-changes.tsx';
import { FRESH, useServerKey } from '../api/use-server-data.ts';
import { StateBadge } from '../conflicts/conflict-card.tsx';
import { ConflictSides } from '../conflicts/conflict-sides.tsx';
import { type Devices, deviceText, useDevices } from '../conflicts/use-devices.ts';
import { useWork } from '../shell/work-context.ts';
import { useNames } from '../tasks/use-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import { SideDrawer } from '../ui/side-drawer.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { entityLabel, type Names } from '../ui/value-text.ts';
import { clockTime } from '../ui/when.ts';
import type { RecordRef } from './history-context.ts';

const PAGE = 30;

/** Everything that happened to a record, newest first, beside whatever was on the screen. `record: null` closes it. */
export function RecordHistory({
  record,
  onClose,
}: {
  readonly record: RecordRef | null;
  readonly onClose: () => void;
}) {
  return (
    <SideDrawer title="History" closeLabel="Close the history" opened={record !== null} onClose={onClose}>
      {record && <Found record={record} />}
    </SideDrawer>
  );
}

function useRecordHistory({ entity, id }: RecordRef) {
  const { api } = useWork();
  const { online, key } = useServerKey('history');
  const query = useInfiniteQuery({
    queryKey: [...key, entity, id],
    queryFn: ({ pageParam }) => {
      const since = pageParam === null ? '' : `&since=${pageParam}`;
      return api.call<HistoryResponse>('GET', `/v1/records/${entity}/${id}/history?order=desc&limit=${PAGE}${since}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ hasMore, nextCursor }) => (hasMore ? nextCursor : undefined),
    enabled: online,
    staleTime: FRESH,
  });
  return { ...query, online };
}

function Found({ record }: { readonly record: RecordRef }) {
  const { data, isError, error, online, refetch, ...pages } = useRecordHistory(record);
  const names = useNames();
  const devices = useDevices();
  const [newest] = data?.pages ?? [];
  if (!newest && !online) {
    return (
      <EmptyState icon="offline" title="The history is kept by the service">
        It shows up here when this device is connected.
      </EmptyState>
    );
  }
  if (isError) {
    return (
      <Problem title="The history can not be fetched" onRetry={() => void refetch()}>
        {error.message}
      </Problem>
    );
  }
  if (!newest) return <Skeleton height={320} radius="lg" aria-label="Fetching the history" />;
  const items = data?.pages.flatMap(({ history }) => history) ?? [];
  return (
    <Stack gap="md">
      <RecordState answer={newest} />
      <Timeline bulletSize={26} lineWidth={2}>
        {items.map((item) => (
          <Timeline.Item key={keyOf(item)} bullet={<Icon name={ICONS[item.kind]} size={15} />}>
            {item.kind === 'write' ? (
              <Write entry={item.entry} names={names} devices={devices} />
            ) : (
              <Met conflict={item.conflict} names={names} devices={devices} />
            )}
          </Timeline.Item>
        ))}
      </Timeline>
      {pages.hasNextPage && (
        <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          Show older
        </Button>
      )}
    </Stack>
  );
}

const ICONS = { write: 'note', conflict: 'alert' } as const;
const keyOf = (item: HistoryItem): string => (item.kind === 'write' ? item.entry.id : item.conflict.id);

function RecordState({ answer: { entity, record, purged } }: { readonly answer: HistoryResponse }) {
  const { title, name, deletedAt } = record ?? {};
  const state = purged ? 'Removed for good' : deletedAt ? 'Deleted' : null;
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
      <div>
        <Text fw={650} lh={1.3}>
          {[title, name].find((text) => typeof text === 'string') ?? entityLabel(entity)}
        </Text>
        <Text size="xs" c="dimmed">
          {entityLabel(entity)}
        </Text>
      </div>
      {state && (
        <Badge bg="var(--tone-red-badge)" c="var(--tone-red-text)" tt="none" style={{ flexShrink: 0 }}>
          {state}
        </Badge>
      )}
    </Group>
  );
}

interface Shown {
  readonly names: Names;
  readonly devices: Devices;
}

function Write({ entry, names, devices }: Shown & { readonly entry: AuditEntry }) {
  const { summary, device, editedAt, createdAt } = entry;
  return (
    <Stack gap={2} component="article" aria-label={summary}>
      <Sentence fw={600}>{summary}</Sentence>
      <Text size="xs" c="dimmed">
        {whenText(editedAt, createdAt)}
        {device && ` · ${deviceText(devices, device)}`}
      </Text>
      <FieldChanges entry={entry} names={names} />
    </Stack>
  );
}

function Met({ conflict, ...shown }: Shown & { readonly conflict: Conflict }) {
  return (
    <Stack gap="xs" component="article" aria-label={conflict.summary}>
      <Sentence fw={600}>{conflict.summary}</Sentence>
      <Group>
        <StateBadge conflict={conflict} />
      </Group>
      <ConflictSides conflict={conflict} {...shown} />
    </Stack>
  );
}

/** Milliseconds from the edit to its arrival that are worth a word. */
const LATE = 60_000;

/** When an edit was made, and when it arrived where that was much later: it was made without a network. */
function whenText(editedAt: string, createdAt: string): string {
  const isLate = Date.parse(createdAt) - Date.parse(editedAt) > LATE;
  return isLate ? `${clockTime(editedAt)}, arrived ${clockTime(createdAt)}` : clockTime(createdAt);
}
