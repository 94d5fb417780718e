import type { AttachmentOwner } from '@backhaul/sdk';
import { Button, Menu } from '@mantine/core';
import { useRef, useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { Icon } from '../ui/icon.tsx';
import type { Purpose } from './file-purpose.ts';

interface AddFileProps {
  readonly owner: AttachmentOwner<'task' | 'finance_entry'>;
  /** What is added to, for those who can not see it. */
  readonly title: string;
  readonly label: string;
  /** What the file shows; with several, the person chooses. */
  readonly purposes: readonly { readonly purpose: Purpose; readonly label: string }[];
  readonly onProblem: (problem: string | null) => void;
}

/** Phones take pictures of 10 MB, of which nobody needs more than this on a screen. */
const DOWNSCALE = { maxSide: 2048 } as const;

/** Takes a picture or a file. It is on the device at once, and goes out by itself. */
export function AddFile({ owner, title, label, purposes, onProblem }: AddFileProps) {
  const { db } = useWork();
  const input = useRef<HTMLInputElement>(null);
  const [purpose, setPurpose] = useState<Purpose>(purposes[0]?.purpose ?? 'general');
  const choose = (chosen: Purpose): void => {
    setPurpose(chosen);
    input.current?.click();
  };
  const add = async (files: FileList | null): Promise<void> => {
    onProblem(null);
    for (const file of files ?? []) {
      await db.attachments.put(file, owner, { purpose, downscale: DOWNSCALE });
    }
  };
  const [only, ...others] = purposes;
  const button = (
    <Button
      size="sm"
      variant="subtle"
      px="xs"
      aria-label={`${label}: ${title}`}
      leftSection={<Icon name="camera" size={17} />}
      {...(only && others.length === 0 && { onClick: () => choose(only.purpose) })}
    >
      {label}
    </Button>
  );

  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/*,application/pdf"
        hidden
        aria-label={`File: ${title}`}
        onChange={(event) => {
          const { currentTarget } = event;
          add(currentTarget.files)
            .catch((error: unknown) => onProblem(String(error)))
            .finally(() => {
              // The same file may be chosen again.
              currentTarget.value = '';
            });
        }}
      />
      {others.length === 0 ? (
        button
      ) : (
        <Menu position="bottom-start">
          <Menu.Target>{button}</Menu.Target>
          <Menu.Dropdown>
            {purposes.map((one) => (
              <Menu.Item key={one.purpose} onClick={() => choose(one.purpose)}>
                {one.label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
