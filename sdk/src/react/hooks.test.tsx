// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { expect, test, vi } from 'vitest';
import { aTask, deviceWithTask, openDevice, recordId } from '../testing/open-device.ts';
import { useBackhaul } from './backhaul-context.ts';
import { deviceWithConflict, deviceWithMessages, deviceWithRefused } from './testing/devices.ts';
import { ErrorMessage, type FieldService, inProvider, renderWith } from './testing/render-app.tsx';
import { useConflicts } from './use-conflicts.ts';
import { useLiveQuery } from './use-live-query.ts';
import { usePending } from './use-pending.ts';
import { usePendingChanges } from './use-pending-changes.ts';
import { useRejected } from './use-rejected.ts';
import { useSends } from './use-sends.ts';
import { useSyncStatus } from './use-sync-status.ts';

function Titles({ date }: { readonly date: string }): ReactElement {
  const db = useBackhaul<FieldService>();
  const tasks = useLiveQuery(() => db.tasks.where({ date }).sortBy('title'), [db, date]);
  return <p>{tasks === undefined ? 'reading' : `titles: ${tasks.map(({ title }) => title).join(', ')}`}</p>;
}

test('a live query shows edits as they are made, and another query when it is asked for', async () => {
  const { db } = await openDevice();
  await db.tasks.bulkAdd([
    { ...aTask, title: 'A', date: '2026-02-01' },
    { ...aTask, title: 'B', date: '2026-02-02' },
  ]);
  const { rerender } = renderWith(db, <Titles date="2026-02-01" />);
  expect(screen.getByText('reading')).toBeTruthy();
  await screen.findByText('titles: A');
  await act(async () => void (await db.tasks.add({ ...aTask, title: 'C', date: '2026-02-01' })));
  await screen.findByText('titles: A, C');
  rerender(inProvider(db, <Titles date="2026-02-02" />));
  await screen.findByText('titles: B');
});

test('a live query starts with what the caller gives, and ends with the component', async () => {
  const { db } = await openDevice();
  const query = vi.fn(() => db.tasks.count());
  const Count = (): ReactElement => <p>count: {useLiveQuery(query, [], 'none yet')}</p>;
  const { unmount } = renderWith(db, <Count />);
  expect(screen.getByText('count: none yet')).toBeTruthy();
  await screen.findByText('count: 0');
  unmount();
  query.mockClear();
  await db.tasks.add({ ...aTask });
  await db.sync.now();
  expect(query).not.toHaveBeenCalled();
});

test('a query that fails throws to the error boundary', async () => {
  vi.spyOn(console, 'error').mockReturnValue();
  const { db } = await openDevice();
  const Broken = (): ReactElement => <p>{useLiveQuery(() => db.tasks.where('title').equals('A').count(), [db])}</p>;
  renderWith(
    db,
    <ErrorMessage>
      <Broken />
    </ErrorMessage>,
  );
  await screen.findByText(/title.*not indexed/);
});

test('the status follows the outbox, and so do the changes of one record', async () => {
  const { db } = await deviceWithTask();
  const Status = (): ReactElement => {
    const { pending, lastPullAt } = useSyncStatus();
    return (
      <p>
        {pending} pending, {usePending('task', recordId(1))} of the task, {lastPullAt ? 'pulled' : 'never pulled'}
      </p>
    );
  };
  renderWith(db, <Status />);
  await screen.findByText('0 pending, 0 of the task, pulled');
  await act(async () => void (await db.tasks.update(recordId(1), { notes: 'n' })));
  await act(async () => void (await db.tasks.add({ ...aTask })));
  await screen.findByText('2 pending, 1 of the task, pulled');
  await act(async () => void (await db.sync.now()));
  await screen.findByText('0 pending, 0 of the task, pulled');
});

test('what waits can be taken back, of one record or of all', async () => {
  const { db } = await deviceWithTask();
  await db.tasks.add({ ...aTask, title: 'Doors' });
  await db.tasks.update(recordId(1), { notes: 'n' });
  const Waiting = (): ReactElement => {
    const all = usePendingChanges();
    const { changes, undo } = usePendingChanges('task', recordId(1));
    return (
      <ul>
        <li>{all.changes?.length} in all</li>
        {changes?.map(({ changeId, payload }) => (
          <li key={changeId}>
            <button type="button" onClick={() => void undo(changeId)}>
              undo {Object.keys(payload).join(', ')}
            </button>
          </li>
        ))}
      </ul>
    );
  };
  renderWith(db, <Waiting />);
  await screen.findByText('2 in all');
  fireEvent.click(await screen.findByText('undo notes'));
  await screen.findByText('1 in all');
  expect(screen.queryByRole('button')).toBeNull();
  expect(await db.tasks.get(recordId(1))).not.toHaveProperty('notes');
});

test('what was refused can be tried again with other values, or discarded', async () => {
  const { db, server } = await deviceWithRefused(
    { fields: { notes: 'too long' }, code: 'INVALID_TEXT' },
    { fields: { title: '' }, code: 'REQUIRED_FIELD' },
  );
  const Refused = (): ReactElement => {
    const { rejected, retry, discard } = useRejected();
    return (
      <ul>
        {rejected?.map(({ changeId, code }) => (
          <li key={changeId}>
            {code}
            <button type="button" onClick={() => void retry(changeId, { notes: 'short' })}>
              retry {code}
            </button>
            <button type="button" onClick={() => void discard(changeId)}>
              discard {code}
            </button>
          </li>
        ))}
      </ul>
    );
  };
  renderWith(db, <Refused />);
  fireEvent.click(await screen.findByText('discard REQUIRED_FIELD'));
  await waitFor(() => expect(screen.queryByText('discard REQUIRED_FIELD')).toBeNull());
  fireEvent.click(screen.getByText('retry INVALID_TEXT'));
  await waitFor(() => expect(screen.queryByRole('listitem')).toBeNull());
  await db.sync.now();
  expect(server.pushed.at(-1)?.payload).toEqual({ notes: 'short' });
});

test('messages that have not gone out can be asked again, or discarded', async () => {
  const { db, server } = await deviceWithMessages();
  const Unsent = (): ReactElement => {
    const { sends, retry, discard } = useSends();
    return (
      <ul>
        {sends?.map(({ id, entityId, state }) => (
          <li key={id}>
            {state}
            <button type="button" onClick={() => void retry(id)}>
              retry {entityId}
            </button>
            <button type="button" onClick={() => void discard(id)}>
              discard {entityId}
            </button>
          </li>
        ))}
      </ul>
    );
  };
  renderWith(db, <Unsent />);
  await screen.findByText('refused');
  fireEvent.click(screen.getByText(`discard ${recordId(2)}`));
  await waitFor(() => expect(screen.queryByText('waiting')).toBeNull());
  const before = server.sends.length;
  fireEvent.click(screen.getByText(`retry ${recordId(1)}`));
  await screen.findByText('waiting');
  await act(async () => void (await db.sync.now()));
  await waitFor(() => expect(screen.queryByRole('listitem')).toBeNull());
  expect(server.sends.slice(before)).toEqual([`/v1/invoices/${recordId(1)}/send`]);
});

test('a conflict is shown until somebody dismisses it', async () => {
  const { db } = await deviceWithConflict();
  const Conflicts = (): ReactElement => {
    const { conflicts, dismiss } = useConflicts();
    return (
      <>
        {conflicts?.map(({ id, summary }) => (
          <button key={id} type="button" onClick={() => void dismiss(id)}>
            {summary}
          </button>
        ))}
      </>
    );
  };
  renderWith(db, <Conflicts />);
  fireEvent.click(await screen.findByText('Ana and Bea both changed title of a task.'));
  await waitFor(() => expect(screen.queryByRole('button')).toBeNull());
  expect((await db.conflicts.toArray()).map(({ seen }) => seen)).toEqual([true]);
});
