import type { AuditEntry, AuditResponse } from '@backhaul/shared';
import { Card, Divider, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useServerList } from '../api/use-server-list.ts';
import { useWork } from '../shell/work-context.ts';
import { useNames } from '../tasks/use-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Problem } from '../ui/problem.tsx';
import { RecordTitle } from '../ui/record-title.tsx';
import { Section } from '../ui/section.tsx';
import { fieldLabel, type Names, valueText } from '../ui/value-text.ts';
import { clockTime } from '../ui/when.ts';

const SHOWN = 20;

/** The newest entries of the audit trail: who changed what, from what to what. */
export function RecentActivity() {
  const { api } = useWork();
  const names = useNames();
  const { data, isError, error, online, refetch } = useServerList('audit', true, async () => {
    const { audit } = await api.call<AuditResponse>('GET', `/v1/audit?order=desc&limit=${SHOWN}`);
    return audit;
  });
  return (
    <Section title="Recent activity">
      {!data && !online && (
        <Card>
          <EmptyState icon="offline" title="Activity is kept by the service">
            It shows up here when this device is connected.
          </EmptyState>
        </Card>
      )}
      {!data && online && isError && (
        <Problem title="The activity can not be fetched" onRetry={() => void refetch()}>
          {error.message}
        </Problem>
      )}
      {!data && online && !isError && <Skeleton height={240} radius="lg" aria-label="Fetching activity" />}
      {data && (
        <Card p={0}>
          {data.map((entry, n) => (
            <div key={entry.id}>
              {n > 0 && <Divider />}
              <Entry entry={entry} names={names} />
            </div>
          ))}
        </Card>
      )}
    </Section>
  );
}

function Entry({ entry, names }: { readonly entry: AuditEntry; readonly names: Names }) {
  const { entity, entityId, action, summary, changes, createdAt } = entry;
  // A creation lists every field that has a value: the record itself says it better.
  const shown = action === 'create' ? [] : Object.entries(changes);
  return (
    <Stack gap={2} px="md" py="sm">
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <Text size="sm" lh={1.35}>
          {summary}
        </Text>
        <Text size="xs" c="dimmed" style={{ flexShrink: 0 }}>
          {clockTime(createdAt)}
        </Text>
      </Group>
      {isRecord(entity) && (
        <Text size="xs" fw={600}>
          <RecordTitle entity={entity} id={entityId} />
        </Text>
      )}
      {shown.map(([field, { from, to }]) => (
        <Text key={field} size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {fieldLabel(field)}: {valueText(entity, field, from, names)} → {valueText(entity, field, to, names)}
        </Text>
      ))}
    </Stack>
  );
}

/** Members, invites and devices are in the audit trail, too, and are no records. */
const isRecord = (entity: string): boolean => !['member', 'invite', 'device', 'tenant'].includes(entity);
