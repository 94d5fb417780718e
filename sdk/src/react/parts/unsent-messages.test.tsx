// @vitest-environment happy-dom
import { fieldService } from '@backhaul/shared/field-service';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { recordId } from '../../testing/open-device.ts';
import { spanish } from '../messages/es.ts';
import { deviceWithMessages } from '../testing/devices.ts';
import { focusedLabel, press } from '../testing/press.ts';
import { renderWith } from '../testing/render-app.tsx';
import { UnsentMessages } from './unsent-messages.tsx';

test('each message says of what it is, how it would go, and why it has not', async () => {
  const { db } = await deviceWithMessages();
  renderWith(db, <UnsentMessages className="messages" />, { domain: fieldService });
  const region = await screen.findByRole('region', { name: '2 messages not sent' });
  expect(region.className).toBe('messages');
  await within(region).findByRole('article', { name: 'Windows' });
  const [refused, waiting] = within(region).getAllByRole('article');
  expect(refused?.textContent).toMatch(
    /^Windows.*SMS and email: not accepted\. There is no usable address of the customer/,
  );
  expect(waiting?.textContent).toMatch(/^Finance entry.*WhatsApp: waits to be sent/);
  expect(waiting?.dataset['state']).toBe('waiting');
});

test('only what was refused can be asked again, which is announced, and the focus stays with it', async () => {
  const { db, server } = await deviceWithMessages();
  renderWith(db, <UnsentMessages />, { domain: fieldService });
  await screen.findByRole('article', { name: 'Windows' });
  expect(screen.queryByRole('button', { name: 'Try again: Finance entry' })).toBeNull();
  const before = server.sends.length;
  press('Try again: Windows');
  await waitFor(() => expect(screen.getByRole('status').textContent).toBe('Windows: it will be asked for again.'));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Try again: Windows' })).toBeNull());
  expect(document.activeElement?.textContent).toMatch(/^Windows.*SMS and email: waits to be sent/);
  press('Discard: Windows');
  press('Keep: Windows');
  await act(async () => void (await db.sync.now()));
  await waitFor(() => expect(screen.queryByRole('article', { name: 'Windows' })).toBeNull());
  expect(server.sends.slice(before)).toEqual([`/v1/invoices/${recordId(1)}/send`]);
  expect(document.activeElement?.textContent).toMatch(/^Finance entry/);
});

test('giving a message up asks first, with the focus on the button that keeps', async () => {
  const { db } = await deviceWithMessages();
  renderWith(db, <UnsentMessages empty={<p>All sent</p>} />, { domain: fieldService });
  await screen.findByRole('article', { name: 'Windows' });
  press('Discard: Windows');
  expect(focusedLabel()).toBe('Keep: Windows');
  expect(screen.getByText('This device will not send it any more.')).toBeTruthy();
  press('Keep: Windows');
  expect(focusedLabel()).toBe('Discard: Windows');
  expect(await db.sends.count()).toBe(2);

  press('Discard: Windows');
  press('Discard for good: Windows');
  await waitFor(() => expect(screen.queryByRole('article', { name: 'Windows' })).toBeNull());
  expect(document.activeElement?.textContent).toMatch(/^Finance entry/);
  press('Discard: Finance entry');
  press('Discard for good: Finance entry');
  await screen.findByText('All sent');
  expect(screen.getByRole('status').textContent).toBe('Finance entry: discarded.');
  expect(await db.sends.count()).toBe(0);
});

test('what can not be settled stays, says why, and keeps the focus', async () => {
  const { db } = await deviceWithMessages();
  renderWith(db, <UnsentMessages />, { domain: fieldService });
  await screen.findByRole('article', { name: 'Windows' });
  db.table('sends').hook('updating', () => {
    throw new Error('no space left');
  });
  press('Try again: Windows');
  expect((await screen.findByRole('alert')).textContent).toBe('That did not work: no space left');
  expect(focusedLabel()).toBe('Try again: Windows');
});

test('all of it speaks Spanish, and names of the app’s own', async () => {
  const { db } = await deviceWithMessages();
  const labels = { record: ({ entityId }: { readonly entityId: string }) => `factura ${entityId.slice(-1)}` };
  renderWith(db, <UnsentMessages labels={labels} />, { messages: spanish });
  const region = await screen.findByRole('region', { name: '2 mensajes sin enviar' });
  expect(within(region).getByRole('article', { name: 'factura 1' }).textContent).toContain(
    'SMS y correo: no aceptado. Falta una dirección válida del cliente.',
  );
  expect(screen.getAllByRole('button').map((button) => button.getAttribute('aria-label'))).toEqual([
    'Reintentar: factura 1',
    'Descartar: factura 1',
    'Descartar: factura 2',
  ]);
});

test('an app can show a message itself and keep what there is to do', async () => {
  const { db } = await deviceWithMessages();
  renderWith(
    db,
    <UnsentMessages>
      {({ asked, ways, reason, discard }) => (
        <button type="button" onClick={discard}>
          {ways}, {asked.state}: {reason}
        </button>
      )}
    </UnsentMessages>,
  );
  await screen.findByText(/^WhatsApp, waiting: Too many/);
  fireEvent.click(screen.getByText('SMS and email, refused: There is no usable address of the customer.'));
  await waitFor(() => expect(screen.queryByText(/refused/)).toBeNull());
});
