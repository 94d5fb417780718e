// @vitest-environment happy-dom
import { fieldService } from '@backhaul/shared/field-service';
import { act, fireEvent, render, type RenderResult, screen, waitFor } from '@testing-library/react';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { type ReactElement, StrictMode, version } from 'react';
import { expect, inject, test, vi } from 'vitest';
import type { BackhaulDatabase } from '../database-types.ts';
import type { BackhaulOptions } from '../options.ts';
import { openDevice, TENANT } from '../testing/open-device.ts';
import { ScriptedServer } from '../testing/scripted-server.ts';
import { useBackhaul } from './backhaul-context.ts';
import { BackhaulProvider } from './backhaul-provider.tsx';
import { PendingStatus } from './parts/pending-status.tsx';
import { ErrorMessage, type FieldService, renderWith } from './testing/render-app.tsx';

declare module 'vitest' {
  interface ProvidedContext {
    /** Which React this run is about. */
    readonly reactVersion: string;
  }
}

function optionsOn(indexedDB: IDBFactory, given: Partial<BackhaulOptions> = {}): BackhaulOptions {
  return {
    url: 'http://server.test',
    tenantId: TENANT,
    userId: 'user_ana',
    getToken: async () => 'token',
    autoSync: false,
    fetch: new ScriptedServer().fetch,
    indexedDB,
    IDBKeyRange,
    ...given,
  };
}

/** Shows which database it was given, and keeps all it was ever given. */
function Probe({ seen }: { readonly seen?: Set<BackhaulDatabase<FieldService>> }): ReactElement {
  const db = useBackhaul<FieldService>();
  seen?.add(db);
  return <p>open: {db.name.split(':').at(-1)}</p>;
}

function App({ options, seen }: { options: BackhaulOptions; seen?: Set<BackhaulDatabase<FieldService>> }) {
  return (
    <BackhaulProvider domain={fieldService} options={options} fallback={<p>opening</p>}>
      <Probe {...(seen ? { seen } : {})} />
    </BackhaulProvider>
  );
}

/** React 19 mounts twice only what is in strict mode from the root on. */
const renderStrictly = (app: ReactElement): RenderResult => render(app, { wrapper: StrictMode });

test('these tests run on the React that they are meant for', () => {
  expect(version.split('.')[0]).toBe(inject('reactVersion'));
});

test('in strict mode the database is opened once, and closed when the provider goes', async () => {
  const indexedDB = new IDBFactory();
  const opened = vi.spyOn(indexedDB, 'open');
  const seen = new Set<BackhaulDatabase<FieldService>>();
  const { unmount } = renderStrictly(<App options={optionsOn(indexedDB)} seen={seen} />);
  expect(screen.getByText('opening')).toBeTruthy();
  await screen.findByText('open: user_ana');
  expect(opened).toHaveBeenCalledTimes(1);
  const [db] = seen;
  expect([seen.size, db?.isOpen()]).toEqual([1, true]);

  unmount();
  await vi.waitFor(() => expect(db?.isOpen()).toBe(false));
  expect(opened).toHaveBeenCalledTimes(1);
});

test('options that are written in place open nothing anew; another user does, and the token is always the latest', async () => {
  const indexedDB = new IDBFactory();
  const server = new ScriptedServer();
  const seen = new Set<BackhaulDatabase<FieldService>>();
  const given = (token: string, userId: string) =>
    optionsOn(indexedDB, { userId, fetch: server.fetch, getToken: async () => token });
  const { rerender } = renderStrictly(<App options={given('first', 'user_ana')} seen={seen} />);
  await screen.findByText('open: user_ana');
  rerender(<App options={given('second', 'user_ana')} seen={seen} />);
  const [ana] = seen;
  await act(async () => void (await ana?.sync.now()));
  expect(seen.size).toBe(1);
  expect(server.requests.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer second']);

  rerender(<App options={given('third', 'user_bea')} seen={seen} />);
  expect(screen.getByText('opening')).toBeTruthy();
  await screen.findByText('open: user_bea');
  expect(ana?.isOpen()).toBe(false);
});

test('texts are in the language that the SDK is told', async () => {
  renderStrictly(
    <BackhaulProvider domain={fieldService} options={optionsOn(new IDBFactory(), { language: 'es' })}>
      <PendingStatus />
    </BackhaulProvider>,
  );
  await screen.findByText('Todo está sincronizado.');
});

test('what does not open can be shown and tried again', async () => {
  const { rerender } = renderStrictly(<Failing tenantId="no uuid" />);
  fireEvent.click(await screen.findByText('tenantId must be a UUID'));
  await screen.findByText('tenantId must be a UUID');
  rerender(<Failing tenantId={TENANT} />);
  await screen.findByText('open: user_ana');
});

function Failing({ tenantId }: { readonly tenantId: string }) {
  return (
    <BackhaulProvider
      domain={fieldService}
      options={optionsOn(new IDBFactory(), { tenantId })}
      failed={({ error, retry }) => (
        <button type="button" onClick={() => retry?.()}>
          {(error as Error).message}
        </button>
      )}
    >
      <Probe />
    </BackhaulProvider>
  );
}

test('without a place for it, a failure goes to the error boundary', async () => {
  vi.spyOn(console, 'error').mockReturnValue();
  renderStrictly(
    <ErrorMessage>
      <App options={optionsOn(new IDBFactory(), { url: 'nowhere' })} />
    </ErrorMessage>,
  );
  await screen.findByText('url must be absolute');
});

test('a component outside of a provider says so', () => {
  vi.spyOn(console, 'error').mockReturnValue();
  expect(() => renderStrictly(<Probe />)).toThrow('no BackhaulProvider');
});

test('a database that was opened elsewhere is shown at once, and stays open', async () => {
  const { db } = await openDevice();
  const { unmount } = renderWith(db, <Probe />);
  expect(screen.getByText('open: user_ana')).toBeTruthy();
  unmount();
  await act(async () => undefined);
  expect(db.isOpen()).toBe(true);
});

test('so is a promise of one, when it is kept', async () => {
  const device = openDevice();
  const database = device.then(({ db }) => db);
  const { unmount } = renderStrictly(
    <BackhaulProvider database={database} fallback={<p>opening</p>}>
      <Probe />
    </BackhaulProvider>,
  );
  expect(screen.getByText('opening')).toBeTruthy();
  await screen.findByText('open: user_ana');
  unmount();
  await waitFor(async () => expect((await database).isOpen()).toBe(true));
});
