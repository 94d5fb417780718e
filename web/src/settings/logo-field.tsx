import type { LogoResponse } from '@backhaul/shared';
import { Button, FileButton, Group, Image, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';

const PATH = '/v1/settings/logo';

/** The picture on invoices. It is kept as soon as it is chosen, apart from what the form saves. */
export function LogoField({ online }: { readonly online: boolean }) {
  const { api, tenant } = useWork();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const key = ['logo', tenant.id];
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: () => api.call<LogoResponse>('GET', PATH),
    enabled: online,
  });
  const logo = data?.logo ?? null;

  const change = async (ask: () => Promise<LogoResponse>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      queries.setQueryData(key, await ask());
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  };
  const choose = (file: File | null): void => {
    if (file) void change(async () => api.call('PUT', PATH, { data: await base64Of(file) }));
  };
  return (
    <Stack gap={6} role="group" aria-label="Logo">
      <Text size="sm" fw={500}>
        Logo
      </Text>
      {logo && (
        <Image
          src={`data:${logo.mimeType};base64,${logo.data}`}
          alt="The logo on invoices"
          mah={96}
          maw={240}
          w="auto"
          fit="contain"
        />
      )}
      <Group gap="xs">
        <FileButton
          accept="image/png,image/jpeg"
          onChange={choose}
          inputProps={{ 'aria-label': 'Picture of the logo' }}
        >
          {(props) => (
            <Button {...props} variant="default" size="sm" loading={busy} disabled={!online || !data}>
              {logo ? 'Choose another' : 'Choose a picture'}
            </Button>
          )}
        </FileButton>
        {logo && (
          <Button
            variant="default"
            size="sm"
            disabled={!online || busy}
            onClick={() => void change(() => api.call('DELETE', PATH))}
          >
            Remove
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        A JPEG or PNG of at most 2 MB. It is saved at once.
      </Text>
      {error && (
        <Problem title="The logo can not be fetched" onRetry={() => void refetch()}>
          {error.message}
        </Problem>
      )}
      {problem && <Problem title="The logo stays as it was">{problem}</Problem>}
    </Stack>
  );
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    // A data URL: what stands before the comma says that it is base64.
    reader.addEventListener('load', () => resolve((reader.result as string).replace(/^[^,]*,/, '')));
    reader.addEventListener('error', () => reject(new Error('This device can not read the file')));
    reader.readAsDataURL(file);
  });
}
