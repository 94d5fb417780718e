import { describeUpload, useAttachment, useMessages } from '@backhaul/sdk/react';
import { Anchor, Button, Group, Image, Modal, Stack, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useOnline } from '../network/network.ts';
import { Icon } from '../ui/icon.tsx';
import { type Attachment, PURPOSE_WORD } from './file-purpose.ts';

const SIDE = 84;

/** A file as a small picture, with where its upload stands; a tap shows it large. */
export function FileTile({ file }: { readonly file: Attachment }) {
  const { url, error, upload, retry, discard } = useAttachment(file.id);
  const messages = useMessages();
  const online = useOnline();
  const [open, setOpen] = useState(false);
  const name = file.fileName ?? PURPOSE_WORD[file.purpose];
  const isPicture = file.mimeType.startsWith('image/');
  const state = describeUpload(upload, messages) ?? (file.status === 'pending' ? 'Still to come' : null);
  const isRefused = upload?.state.kind === 'rejected';

  return (
    <Stack gap={2} maw={isRefused ? 220 : SIDE + 12} component="figure" m={0} aria-label={name} data-file={file.id}>
      <UnstyledButton
        w={SIDE}
        h={SIDE}
        className="file-tile"
        aria-label={`Show ${name}`}
        disabled={url === null}
        onClick={() => setOpen(true)}
      >
        {url !== null && isPicture ? (
          <Image src={url} alt={name} w={SIDE} h={SIDE} fit="cover" />
        ) : (
          <Stack align="center" gap={2} c="dimmed">
            <Icon name={isPicture ? 'camera' : 'note'} size={22} />
            <Text size="xs" ta="center" lineClamp={2} px={4} style={{ overflowWrap: 'anywhere' }}>
              {url === null && error !== null ? (online ? 'Can not be fetched' : 'Not on this device') : name}
            </Text>
          </Stack>
        )}
      </UnstyledButton>
      <Text size="xs" c="dimmed" component="figcaption" lh={1.25}>
        {PURPOSE_WORD[file.purpose]}
        {state !== null && (
          <Text span size="xs" c={isRefused ? 'var(--tone-red-text)' : 'var(--tone-orange-text)'} display="block">
            {state}
          </Text>
        )}
      </Text>
      {(isRefused || (url === null && error !== null && online)) && (
        <Group gap={4}>
          <Button size="compact-xs" variant="default" onClick={() => void retry()}>
            Try again
          </Button>
          {isRefused && (
            <Button size="compact-xs" variant="subtle" color="red" onClick={() => void discard()}>
              Discard
            </Button>
          )}
        </Group>
      )}
      <Modal opened={open && url !== null} onClose={() => setOpen(false)} title={name} size="xl" centered>
        {url !== null && (
          <Stack align="center">
            {isPicture && <Image src={url} alt={name} fit="contain" mah="70dvh" />}
            <Anchor href={url} download={name}>
              Save {name}
            </Anchor>
          </Stack>
        )}
      </Modal>
    </Stack>
  );
}
