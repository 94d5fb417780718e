// @vitest-environment happy-dom
import { act, fireEvent, screen } from '@testing-library/react';
import type { ReactElement } from 'react';
import { expect, test, vi } from 'vitest';
import { openDevice, pulledTask, recordId } from '../testing/open-device.ts';
import { errorAnswer, json, pullAnswer, ScriptedServer, version } from '../testing/scripted-server.ts';
import { useMessages } from './backhaul-context.ts';
import { describeUpload } from './describe-upload.ts';
import { spanish } from './messages/es.ts';
import { renderWith } from './testing/render-app.tsx';
import { useAttachment } from './use-attachment.ts';

function Picture({ id }: { readonly id: string }): ReactElement {
  const { record, url, error, upload, retry, discard } = useAttachment(id);
  const messages = useMessages();
  if (record === undefined) return <p>reading</p>;
  if (record === null) return <p>gone</p>;
  return (
    <>
      <p>{`${record['fileName'] as string}: ${describeUpload(upload, messages)}`}</p>
      {url === null ? <p>{`no bytes: ${error}`}</p> : <img src={url} alt="shown" />}
      <button onClick={() => void retry()}>retry</button>
      <button onClick={() => void discard()}>discard</button>
    </>
  );
}

test('a file is shown from this device, says how its upload stands, and is let go of', async () => {
  const made = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:shown');
  const revoked = vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
  const server = new ScriptedServer();
  server.onPull(() => json(pullAnswer([pulledTask(1, version(10))])));
  const tooLarge: typeof fetch = (input, init) =>
    typeof input === 'string' && input.includes('/presign')
      ? Promise.resolve(errorAnswer(413, 'ATTACHMENT_TOO_LARGE'))
      : server.fetch(input, init);
  const { db } = await openDevice({ fetch: tooLarge });
  await db.sync.now();
  const picture = new File(['a picture'], 'a.png', { type: 'image/png' });
  const id = await db.attachments.put(picture, { type: 'task', id: recordId(1) });
  const { unmount } = renderWith(db, <Picture id={id} />, { messages: spanish });
  await screen.findByText('a.png: En este dispositivo, sin enviar');
  expect((await screen.findByAltText<HTMLImageElement>('shown')).src).toBe('blob:shown');

  await act(() => db.attachments.sendNow());
  await screen.findByText(/^a.png: No se ha aceptado: El archivo es más grande/);
  fireEvent.click(screen.getByText('retry'));
  await screen.findByText('a.png: En este dispositivo, sin enviar');
  fireEvent.click(screen.getByText('discard'));
  await screen.findByText('gone');
  unmount();
  expect(revoked.mock.calls.length).toBe(made.mock.calls.length);
  vi.restoreAllMocks();
});
