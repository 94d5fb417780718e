import { Box, Center, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** The frame of the pages before there is a business to show. */
export function FrontPage({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}) {
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack w="100%" maw={440} gap="lg">
        <Group gap="sm">
          <img src="/favicon.svg" alt="" width={40} height={40} />
          <Text fw={700} size="xl">
            Backhaul
          </Text>
        </Group>
        <Box>
          <Title order={1} size="h2">
            {title}
          </Title>
          <Text c="dimmed" mt={4}>
            {lead}
          </Text>
        </Box>
        {children}
      </Stack>
    </Center>
  );
}
