import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';

interface SideDrawerProps {
  readonly title: string;
  /** What its closing button says to those who can not see it. */
  readonly closeLabel: string;
  readonly opened?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What is looked at beside the day: a phone shows nothing else meanwhile. */
export function SideDrawer({ title, closeLabel, opened = true, onClose, children }: SideDrawerProps) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={title}
      position="right"
      size="min(100%, 620px)"
      styles={{ title: { fontWeight: 700, fontSize: 'var(--mantine-font-size-lg)' } }}
      closeButtonProps={{ 'aria-label': closeLabel }}
    >
      {children}
    </Drawer>
  );
}
