import {
  ActionIcon,
  Avatar,
  Group,
  Menu,
  Text,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useState } from 'react';
import { InvoicesDrawer } from '../invoices/invoices-drawer.tsx';
import { MailboxDrawer } from '../mailbox/mailbox-drawer.tsx';
import { useHasMailbox } from '../mailbox/use-has-mailbox.ts';
import { PayrollDrawer } from '../payroll/payroll-drawer.tsx';
import { SignOut } from '../session/sign-out.tsx';
import { SettingsDrawer } from '../settings/settings-drawer.tsx';
import { Icon } from '../ui/icon.tsx';
import { useWork } from './work-context.ts';

interface HeaderProps {
  readonly onSwitch: () => void;
  readonly onSignedOut: () => void;
}

export function Header({ onSwitch, onSignedOut }: HeaderProps) {
  const { tenant, user } = useWork();
  const [leaving, setLeaving] = useState(false);
  const [open, setOpen] = useState<'settings' | 'invoices' | 'payroll' | 'mailbox' | null>(null);
  const hasMailbox = useHasMailbox();
  const close = (): void => setOpen(null);
  const name = user.name ?? user.email;
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <img src="/favicon.svg" alt="" width={30} height={30} />
        <div style={{ minWidth: 0 }}>
          <Text fw={700} lh={1.2} truncate component="h1" size="md">
            {tenant.name}
          </Text>
          <Text size="xs" c="dimmed" lh={1.2} truncate>
            {name}, {tenant.role}
          </Text>
        </div>
      </Group>
      <Group gap="xs" wrap="nowrap">
        <ColorSchemeButton />
        <Menu position="bottom-end" width={270}>
          <Menu.Target>
            <UnstyledButton aria-label={`Account of ${name}`}>
              <Avatar color="cyan" variant="filled" radius="xl" alt="">
                <Icon name="person" size={22} />
              </Avatar>
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{user.email}</Menu.Label>
            {tenant.role === 'manager' && (
              <>
                <Menu.Item leftSection={<Icon name="note" />} onClick={() => setOpen('invoices')}>
                  Invoices
                </Menu.Item>
                <Menu.Item leftSection={<Icon name="clock" />} onClick={() => setOpen('payroll')}>
                  Payroll
                </Menu.Item>
                <Menu.Item leftSection={<Icon name="settings" />} onClick={() => setOpen('settings')}>
                  Business settings
                </Menu.Item>
              </>
            )}
            {hasMailbox && (
              <Menu.Item leftSection={<Icon name="mail" />} onClick={() => setOpen('mailbox')}>
                Local mailbox
              </Menu.Item>
            )}
            <Menu.Item leftSection={<Icon name="switch" />} onClick={onSwitch}>
              Switch business
            </Menu.Item>
            <Menu.Item leftSection={<Icon name="person" />} onClick={() => setLeaving(true)}>
              Sign out
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {open === 'settings' && <SettingsDrawer onClose={close} />}
      {open === 'invoices' && <InvoicesDrawer onClose={close} />}
      {open === 'payroll' && <PayrollDrawer onClose={close} />}
      {open === 'mailbox' && <MailboxDrawer onClose={close} />}
      {leaving && <SignOut onCancel={() => setLeaving(false)} onSignedOut={onSignedOut} />}
    </Group>
  );
}

function ColorSchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Use ${other} colors`}
      onClick={() => setColorScheme(other)}
    >
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </ActionIcon>
  );
}
