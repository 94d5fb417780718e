import { fieldService } from '@backhaul/shared/field-service';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { TENANT } from '../testing/open-device.ts';
import { BackhaulProvider, PendingStatus } from './index.ts';

test('a server without a window renders the fallback, opens nothing, and needs no IndexedDB', () => {
  expect(['window' in globalThis, 'indexedDB' in globalThis]).toEqual([false, false]);
  const html = renderToString(
    <BackhaulProvider
      domain={fieldService}
      options={{ url: 'http://server.test', tenantId: TENANT, userId: 'user_ana', getToken: async () => 'token' }}
      fallback={<p>opening</p>}
    >
      <PendingStatus />
    </BackhaulProvider>,
  );
  expect(html).toBe('<p>opening</p>');
});
