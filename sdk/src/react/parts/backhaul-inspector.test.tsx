// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { aTask, deviceWithTask, recordId } from '../../testing/open-device.ts';
import { lost } from '../../testing/scripted-server.ts';
import { spanish } from '../messages/es.ts';
import { renderWith } from '../testing/render-app.tsx';
import { BackhaulInspector } from './backhaul-inspector.tsx';

test('shows what waits, with its state and age, and the last cycles, and follows the status', async () => {
  const { db, server } = await deviceWithTask();
  await db.tasks.update(recordId(1), { notes: 'n', title: 'Doors' });
  server.onPush(lost);
  await db.sync.now();
  renderWith(db, <BackhaulInspector className="panel" />);
  const panel = await screen.findByRole('region', { name: 'Sync in detail' });
  expect(panel.className).toBe('panel');
  const waits = await screen.findByRole('table', { name: 'Waits to be sent' });
  const [, row] = within(waits).getAllByRole('row');
  expect(row?.textContent).toMatch(/^task: title, notessent, no answer yet .*(second|millisecond)/);
  const cycles = screen.getByRole('table', { name: 'Last cycles' });
  expect(
    within(cycles)
      .getAllByRole('row')
      .map((cycle) => cycle.textContent?.includes('NETWORK')),
  ).toEqual([false, true, false]);
  await act(async () => void (await db.sync.now()));
  await screen.findByText('Nothing waits to be sent.');
});

test('gives the report to the app, without what was typed, and in Spanish', async () => {
  const { db } = await deviceWithTask();
  await db.tasks.add({ ...aTask, title: 'Secret stairs' });
  const onExport = vi.fn<(report: string) => void>();
  renderWith(db, <BackhaulInspector onExport={onExport} />, { messages: spanish });
  const save = await screen.findByRole('button', { name: 'Guardar un informe' });
  await waitFor(() => expect(save).toHaveProperty('disabled', false));
  fireEvent.click(save);
  const report = onExport.mock.calls[0]?.[0] ?? '';
  expect(JSON.parse(report)).toMatchObject({ outbox: [{ entity: 'task', state: 'unsent' }] });
  expect(report).not.toContain('Secret');
  expect(screen.getByRole('table', { name: 'Por enviar' }).textContent).toContain('sin enviar');
});

test('tells of files and messages that have not gone out', async () => {
  const { db } = await deviceWithTask();
  await db.attachments.put(new Blob(['x'], { type: 'image/png' }), { type: 'task', id: recordId(1) });
  await db.sends.ask('invoices', recordId(2), { channels: ['sms'] });
  renderWith(db, <BackhaulInspector />);
  const told = async (name: string): Promise<string | null | undefined> =>
    (await screen.findByText(name)).nextElementSibling?.textContent;
  await waitFor(async () => {
    expect(await told('Files')).toBe('1 waiting, 0 not accepted');
    expect(await told('Messages to customers')).toBe('1 waiting, 0 not accepted');
  });
});

test('looks again when it is asked to', async () => {
  const { db } = await deviceWithTask();
  const inspect = vi.spyOn(db.sync, 'inspect');
  renderWith(db, <BackhaulInspector />);
  await screen.findByText('Nothing waits to be sent.');
  inspect.mockClear();
  fireEvent.click(screen.getByRole('button', { name: 'Look again' }));
  await waitFor(() => expect(inspect).toHaveBeenCalledTimes(1));
});
