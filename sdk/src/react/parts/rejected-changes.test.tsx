// @vitest-environment happy-dom
import { fieldService } from '@backhaul/shared/field-service';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { recordId } from '../../testing/open-device.ts';
import { spanish } from '../messages/es.ts';
import { deviceWithRefused } from '../testing/devices.ts';
import { focusedLabel, press } from '../testing/press.ts';
import { renderWith } from '../testing/render-app.tsx';
import { RejectedChanges } from './rejected-changes.tsx';

const BAD_NOTE = { fields: { title: 'Doors', notes: 'too long' }, code: 'INVALID_TEXT' } as const;
const BAD_STATUS = { fields: { title: 'Roof', status: 'completed' }, code: 'FORBIDDEN' } as const;

test('each refused change says what was typed and why it was refused', async () => {
  const { db } = await deviceWithRefused(BAD_NOTE, BAD_STATUS);
  renderWith(db, <RejectedChanges />, { domain: fieldService });
  const region = await screen.findByRole('region', { name: '2 changes not accepted' });
  const [first, second] = within(region).getAllByRole('article');
  expect(first?.textContent).toMatch(/^Doors.*A text is too long.*Notes.*too long/);
  expect(second?.textContent).toMatch(/^Roof.*You may not change this\./);
});

test('editing starts in the first field, and what is entered is sent under a new change', async () => {
  const { db, server } = await deviceWithRefused(BAD_NOTE);
  renderWith(db, <RejectedChanges />, { domain: fieldService });
  await screen.findByRole('article');
  press('Edit: Doors');
  const title = screen.getByLabelText('Title');
  expect(document.activeElement).toBe(title);
  fireEvent.change(screen.getByLabelText('Notes'), { target: { value: 'short' } });
  press('Cancel: Doors');
  expect(focusedLabel()).toBe('Edit: Doors');

  press('Edit: Doors');
  const notes = screen.getByLabelText<HTMLTextAreaElement>('Notes');
  expect(notes.value).toBe('too long');
  fireEvent.change(notes, { target: { value: 'short' } });
  press('Try again: Doors');
  await waitFor(() => expect(screen.queryByRole('article')).toBeNull());
  expect(screen.getByRole('status').textContent).toBe('Doors: it will be sent again.');
  await db.sync.now();
  expect(server.pushed.at(-1)?.payload).toEqual({ title: 'Doors', notes: 'short' });
});

test('discarding asks first, with the focus on the button that keeps', async () => {
  const { db } = await deviceWithRefused(BAD_NOTE);
  renderWith(db, <RejectedChanges empty={<p>All clear</p>} />);
  await screen.findByRole('article');
  press('Discard: Doors');
  expect(focusedLabel()).toBe('Keep: Doors');
  press('Keep: Doors');
  expect(focusedLabel()).toBe('Discard: Doors');
  expect(await db.rejected.count()).toBe(1);

  press('Discard: Doors');
  press('Discard for good: Doors');
  await screen.findByText('All clear');
  expect(await db.rejected.count()).toBe(0);
});

test('the focus goes to the change that takes the place, and at last to the list', async () => {
  const { db } = await deviceWithRefused(BAD_NOTE, BAD_STATUS);
  const { container } = renderWith(db, <RejectedChanges />);
  await screen.findByRole('article', { name: 'Roof' });
  press('Try again: Doors');
  await waitFor(() => expect(screen.queryByRole('article', { name: 'Doors' })).toBeNull());
  expect(document.activeElement?.textContent).toMatch(/^Roof/);
  press('Try again: Roof');
  await waitFor(() => expect(screen.queryByRole('article')).toBeNull());
  expect(document.activeElement).toBe(container.querySelector('section'));
});

test('somebody else’s focus is left alone', async () => {
  const { db } = await deviceWithRefused(BAD_NOTE);
  renderWith(
    db,
    <>
      <button type="button">Elsewhere</button>
      <RejectedChanges />
    </>,
  );
  await screen.findByRole('article');
  act(() => screen.getByRole('button', { name: 'Try again: Doors' }).focus());
  act(() => screen.getByText('Elsewhere').focus());
  const [change] = await db.rejected.toArray();
  await act(async () => db.rejected.discard(change?.changeId ?? ''));
  await waitFor(() => expect(screen.queryByRole('article')).toBeNull());
  expect(document.activeElement).toBe(screen.getByText('Elsewhere'));
});

test('what can not be settled stays, says why, and keeps the focus', async () => {
  const { db } = await deviceWithRefused(BAD_NOTE);
  renderWith(db, <RejectedChanges />);
  await screen.findByRole('article');
  db.tasks.hook('updating', () => {
    throw new Error('no space left');
  });
  press('Try again: Doors');
  expect((await screen.findByRole('alert')).textContent).toBe('That did not work: no space left');
  expect(focusedLabel()).toBe('Try again: Doors');
  expect(await db.rejected.count()).toBe(1);
});

test('a control fits the declared kind of its field', async () => {
  const { db } = await deviceWithRefused({
    fields: { title: '', date: '2026-02-30', status: 'completed', clientId: recordId(9) },
    code: 'INVALID_DATE',
  });
  renderWith(db, <RejectedChanges labels={{ record: () => 'the task' }} />, { domain: fieldService });
  await screen.findByRole('article');
  press('Edit: the task');
  const form = screen.getByLabelText('Status').closest('form');
  const controls = [...(form?.elements ?? [])].map((element) => element.getAttribute('type') ?? element.tagName);
  expect(controls).toEqual(['text', 'date', 'SELECT', 'OUTPUT', 'submit']);
  expect(screen.getByLabelText<HTMLSelectElement>('Status').value).toBe('completed');
  expect(screen.getByLabelText<HTMLInputElement>('Title').required).toBe(true);
});

test('all of it speaks Spanish, and names of the app’s own', async () => {
  const { db } = await deviceWithRefused(BAD_NOTE);
  const labels = {
    record: () => 'la tarea',
    field: (_: string, field: string) => ({ notes: 'Notas' })[field] ?? field,
  };
  renderWith(db, <RejectedChanges labels={labels} />, { messages: spanish });
  await screen.findByRole('region', { name: '1 cambio no aceptado' });
  expect(screen.getAllByRole('button').map((button) => button.getAttribute('aria-label'))).toEqual([
    'Editar: la tarea',
    'Reintentar: la tarea',
    'Descartar: la tarea',
  ]);
  expect(screen.getByText('Notas')).toBeTruthy();
});

test('an app can show a change itself and keep what there is to do', async () => {
  const { db } = await deviceWithRefused(BAD_NOTE);
  const shown = vi.fn();
  renderWith(
    db,
    <RejectedChanges>
      {(item) => {
        shown(item.fields.map(({ name, text, wrong }) => ({ name, text, wrong })));
        return (
          <button type="button" onClick={item.discard}>
            Give up {item.label}
          </button>
        );
      }}
    </RejectedChanges>,
  );
  fireEvent.click(await screen.findByText('Give up Doors'));
  await waitFor(() => expect(screen.queryByText('Give up Doors')).toBeNull());
  expect(shown).toHaveBeenCalledWith([
    { name: 'title', text: 'Doors', wrong: false },
    { name: 'notes', text: 'too long', wrong: false },
  ]);
});
