import { Group, Indicator, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { Icon, type IconName } from '../ui/icon.tsx';

export type View = 'tasks' | 'expenses' | 'attention' | 'activity';

interface BottomBarProps {
  readonly view: View;
  readonly onChange: (view: View) => void;
  /** How much waits for a decision. */
  readonly attention: number;
  readonly isManager: boolean;
  readonly height: number;
}

const ITEMS: readonly { readonly view: View; readonly label: string; readonly icon: IconName }[] = [
  { view: 'tasks', label: 'Tasks', icon: 'calendar' },
  { view: 'expenses', label: 'Expenses', icon: 'receipt' },
  { view: 'attention', label: 'Attention', icon: 'alert' },
  { view: 'activity', label: 'Activity', icon: 'history' },
];

/** The parts of the app within reach of a thumb. */
export function BottomBar({ view, onChange, attention, isManager, height }: BottomBarProps) {
  const items = ITEMS.filter((item) => isManager || item.view !== 'activity');
  return (
    <Group component="nav" aria-label="Parts of the app" gap={0} h={height} grow preventGrowOverflow={false}>
      {items.map((item) => {
        const open = item.view === 'attention' ? attention : 0;
        const active = item.view === view;
        return (
          <UnstyledButton
            key={item.view}
            h="100%"
            onClick={() => onChange(item.view)}
            aria-current={active ? 'page' : undefined}
            c={active ? 'var(--tone-cyan-text)' : 'dimmed'}
            style={{ display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'center' }}
          >
            <Indicator aria-hidden label={open} size={16} disabled={open === 0} color="red.9" offset={2}>
              <Icon name={item.icon} size={22} />
            </Indicator>
            <Text size="xs" fw={active ? 650 : 400}>
              {item.label}
              {open > 0 && <VisuallyHidden component="span"> ({open} open)</VisuallyHidden>}
            </Text>
          </UnstyledButton>
        );
      })}
    </Group>
  );
}
