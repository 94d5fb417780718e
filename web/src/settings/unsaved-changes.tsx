import { Button, Group, Modal, Stack, Text } from '@mantine/core';

interface UnsavedChangesProps {
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

export function UnsavedChanges({ onStay, onLeave }: UnsavedChangesProps) {
  return (
    <Modal opened onClose={onStay} title="Unsaved changes" centered zIndex={400}>
      <Stack>
        <Text>What you have changed in the settings is not saved.</Text>
        <Group grow>
          <Button variant="default" onClick={onLeave}>
            Discard
          </Button>
          <Button onClick={onStay} data-autofocus>
            Keep editing
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
