// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { deviceWithTask, recordId } from '../../testing/open-device.ts';
import { spanish } from '../messages/es.ts';
import { deviceWithConflict } from '../testing/devices.ts';
import { inProvider, renderWith } from '../testing/render-app.tsx';
import { ConflictBadge } from './conflict-badge.tsx';
import { PendingBadge, PendingStatus } from './pending-status.tsx';

test('the status is a live region that says what waits, in the provider’s language', async () => {
  const { db } = await deviceWithTask();
  renderWith(db, <PendingStatus className="bar" />, { messages: spanish });
  const status = screen.getByRole('status');
  expect([status.textContent, status.dataset['mood'], status.className]).toEqual([
    'Todo está sincronizado.',
    'good',
    'bar',
  ]);
  await act(async () => void (await db.tasks.update(recordId(1), { notes: 'n' })));
  await waitFor(() => expect(status.textContent).toBe('1 cambio sin enviar.'));
  expect(screen.getByRole('status')).toBe(status);
});

test('an app can write the status itself', async () => {
  const { db } = await deviceWithTask();
  renderWith(db, <PendingStatus>{({ text, mood }) => <strong>{`${mood}: ${text}`}</strong>}</PendingStatus>);
  expect(screen.getByRole('status').innerHTML).toBe('<strong>good: Everything is synced.</strong>');
});

test('a record with an unsent edit has a badge until the edit has arrived', async () => {
  const { db } = await deviceWithTask();
  renderWith(db, <PendingBadge entity="task" id={recordId(1)} />);
  await act(async () => void (await db.tasks.update(recordId(1), { notes: 'n' })));
  await screen.findByText('Not sent yet');
  await act(async () => void (await db.sync.now()));
  await waitFor(() => expect(screen.queryByText('Not sent yet')).toBeNull());
});

test('conflicts are counted, for all records or one, until they are dismissed', async () => {
  const { db } = await deviceWithConflict();
  const { rerender, container } = renderWith(db, <ConflictBadge />);
  await screen.findByText('1 conflict');
  rerender(inProvider(db, <ConflictBadge record={{ entity: 'task', id: recordId(2) }} />));
  await waitFor(() => expect(container.textContent).toBe(''));

  const onOpen = vi.fn();
  rerender(inProvider(db, <ConflictBadge record={{ entity: 'task', id: recordId(1) }} onOpen={onOpen} />));
  fireEvent.click(await screen.findByRole('button', { name: '1 conflict' }));
  expect(onOpen.mock.calls).toMatchObject([[[{ entityId: recordId(1), winner: 'client' }]]]);
  await act(async () => db.conflicts.dismiss(recordId(77)));
  await waitFor(() => expect(container.textContent).toBe(''));
});
