import type { AuditEntry, AuditResponse } from '@backhaul/shared';
import { entityOf } from '@backhaul/shared';
import { fieldService } from '@backhaul/shared/field-service';
import { Card, Divider, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useServerData } from '../api/use-server-data.ts';
import { HistoryButton } from '../history/history-button.tsx';
import { useWork } from '../shell/work-context.ts';
import { useNames } from '../tasks/use-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Problem } from '../ui/problem.tsx';
import { useRecordTitle } from '../ui/record-title.tsx';
import { Section } from '../ui/section.tsx';
import { Sentence } from '../ui/sentence.tsx';
import type { Names } from '../ui/value-text.ts';
import { clockTime } from '../ui/when.ts';
import { FieldChanges } from './field-changes.tsx';

const SHOWN = 20;

/** The newest entries of the audit trail: who changed what, from what to what. */
export function RecentActivity() {
  const { api } = useWork();
  const names = useNames();
  const { data, isError, error, online, refetch } = useServerData({
    name: 'audit',
    fetch: async () => (await api.call<AuditResponse>('GET', `/v1/audit?order=desc&limit=${SHOWN}`)).audit,
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
  const { entity, action, summary, createdAt } = entry;
  // Members, invites, devices and settings are in the audit trail, too, and are no records.
  const isRecord = entityOf(fieldService, entity) !== null;
  return (
    <Stack gap={2} px="md" py="sm">
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <Sentence>{summary}</Sentence>
        <Text size="xs" c="dimmed" style={{ flexShrink: 0 }}>
          {clockTime(createdAt)}
        </Text>
      </Group>
      {isRecord && <RecordLine entry={entry} />}
      {/* Of a creation the record itself says it better. */}
      {action !== 'create' && <FieldChanges entry={entry} names={names} />}
    </Stack>
  );
}

function RecordLine({ entry: { entity, entityId } }: { readonly entry: AuditEntry }) {
  const title = useRecordTitle(entity, entityId);
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <Text size="xs" fw={600}>
        {title}
      </Text>
      <HistoryButton record={{ entity, id: entityId }} title={title} />
    </Group>
  );
}
