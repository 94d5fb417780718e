import type { Cursor, StreamEventName } from '@backhaul/shared';
import type { MemoryTenant } from '../memory/memory-tenant.ts';
import { type Access, type Caller, readAccess } from './access.ts';
import { planOf, readPage, viewerOf } from './pull.ts';

/** More news than this is a poke. */
const MAX_ROWS = 200;

interface Listener {
  readonly caller: Caller;
  readonly role: string;
  readonly scopeVersion: Cursor;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** Up to where it has been told; `null`: it is only poked. */
  cursor: string | null;
}

export interface Streams {
  open(access: Access, caller: Caller, since: string | null): Response;
  /** Tells every listener what is new to it, and ends the streams of those who may not listen any more. */
  tell(): void;
  /** Ends every stream, as the end of the process does. */
  cut(): void;
}

/** Live streams like the service's, without its heartbeats: nothing here goes by a timer. */
export function createStreams(tenant: MemoryTenant): Streams {
  const listeners = new Set<Listener>();

  function tellOne(listener: Listener): void {
    const access = accessOf(listener);
    if (access === 'revoked') send(listener, 'revoked', {});
    if (typeof access === 'string') return end(listener);
    if (listener.cursor === tenant.clock) return;
    const since = listener.cursor;
    listener.cursor = tenant.clock;
    if (since === null) return send(listener, 'poke', { cursor: tenant.clock });
    const page = readPage(tenant, viewerOf(tenant, access), { plan: planOf(tenant, access, since), limit: MAX_ROWS });
    if (page.hasMore) return send(listener, 'poke', { cursor: tenant.clock });
    send(listener, 'changes', { since, serverTime: new Date(tenant.now()).toISOString(), ...page });
  }

  function accessOf({ caller, role, scopeVersion }: Listener): Access | 'ended' | 'revoked' {
    if (caller.deviceId !== null && tenant.devices.get(caller.deviceId)?.status === 'revoked') return 'revoked';
    try {
      const access = readAccess(tenant, caller);
      const isSame = access.member.role === role && access.member.scopeVersion === scopeVersion;
      return isSame ? access : 'ended';
    } catch {
      return 'ended';
    }
  }

  function send({ controller }: Listener, event: StreamEventName, data: object): void {
    controller.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
  }

  function end(listener: Listener): void {
    if (listeners.delete(listener)) listener.controller.close();
  }

  return {
    open(access, caller, since) {
      const plan = planOf(tenant, access, since);
      const cursor = plan.snapshot === null ? plan.after : null;
      const { role, scopeVersion } = access.member;
      let listener: Listener | null = null;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          listener = { caller, role, scopeVersion, controller, cursor };
          listeners.add(listener);
          controller.enqueue(new TextEncoder().encode(':\n\n'));
          if (cursor === null) send(listener, 'poke', { cursor: tenant.clock });
          else tellOne(listener);
        },
        cancel() {
          if (listener) listeners.delete(listener);
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
    },
    tell() {
      for (const listener of listeners) tellOne(listener);
    },
    cut() {
      for (const listener of listeners) listener.controller.error(new TypeError('The test server was killed'));
      listeners.clear();
    },
  };
}
