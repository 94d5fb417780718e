import type { Conflict, ConflictSide } from '@backhaul/shared';
import { Badge, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import type { Tone } from '../theme.ts';
import { fieldLabel, type Names, valueText } from '../ui/value-text.ts';
import { clockTime } from '../ui/when.ts';
import { type Devices, deviceText } from './use-devices.ts';

interface ConflictSidesProps {
  readonly conflict: Conflict;
  readonly names: Names;
  readonly devices: Devices;
}

/** Both values of a conflict side by side: who typed them, when and where. */
export function ConflictSides({ conflict, names, devices }: ConflictSidesProps) {
  const { stands, lost } = sidesOf(conflict);
  const [first, second] = TITLES[conflict.status];
  const shared = { entity: conflict.entity, names, devices };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
      <Side title={first} tone="teal" side={stands} {...shared} />
      <Side title={second} tone="gray" side={lost} {...shared} />
    </SimpleGrid>
  );
}

/** What the two values were called when they met, and what they are called while nobody has decided. */
const TITLES = { open: ['Stands', 'Kept aside'], resolved: ['Stood', 'Was kept aside'] } as const;

export function sidesOf({ winner, client, server }: Conflict): {
  readonly stands: ConflictSide;
  readonly lost: ConflictSide;
} {
  return winner === 'client' ? { stands: client, lost: server } : { stands: server, lost: client };
}

interface SideProps extends Omit<ConflictSidesProps, 'conflict'> {
  readonly title: string;
  readonly tone: Tone;
  readonly entity: string;
  readonly side: ConflictSide;
}

function Side({ title, tone, entity, side: { by, at, device, values }, names, devices }: SideProps) {
  const where = deviceText(devices, device);
  return (
    <Paper withBorder p="sm" radius="md" bg="var(--panel)">
      <Badge size="sm" bg={`var(--tone-${tone}-badge)`} c={`var(--tone-${tone}-text)`} tt="none" mb={4}>
        {title}
      </Badge>
      <Text size="sm" fw={600} mb={4}>
        {by?.name ?? 'The system'}
      </Text>
      <Stack gap={2}>
        {Object.entries(values).map(([field, value]) => (
          <div key={field}>
            <Text size="xs" c="dimmed">
              {field === 'deletedAt' ? 'Record' : fieldLabel(field)}
            </Text>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {valueText(entity, field, value, names)}
            </Text>
          </div>
        ))}
      </Stack>
      {at && (
        <Text size="xs" c="dimmed" mt={4}>
          Typed {clockTime(at)}
          {where && ` · ${where}`}
        </Text>
      )}
    </Paper>
  );
}
