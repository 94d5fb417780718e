import type { FastifyInstance } from 'fastify';

/**
 * `manager` and `member` are meant within the tenant of the request. `deviceOwner`: whoever owns a device that the tenant
 * knows as theirs, a member or not any more. A `scheduler` is who knows CRON_SECRET. `signature`: who holds an address that the
 * service has signed for this very use. A `provider` signs its webhooks.
 */
export type Who = 'anyone' | 'user' | 'deviceOwner' | 'member' | 'manager' | 'scheduler' | 'signature' | 'provider';

/** Who may call a route and what makes sure of it. Every route declares it in `config.access`. */
export interface RouteAccess {
  readonly who: Who;
  /**
   * `hook`: before the handler runs, `request.access` holds what was read.
   * `transaction`: by the handler, in the transaction that does the work (under the tenant clock's lock, for writes).
   */
  readonly enforcedBy: 'hook' | 'transaction';
  /** Where the tenant is named; `header` if left out. */
  readonly tenant?: 'header' | 'path';
}

export interface AccessEntry {
  readonly method: string;
  readonly url: string;
  readonly access: RouteAccess;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
    /** The answer holds sentences, in the language of the request. */
    hasSentences?: true;
  }
  interface FastifyInstance {
    readonly accessTable: readonly AccessEntry[];
  }
}

/** Must be registered before any route. No declaration, no route: the start fails. */
export function registerAccessTable(app: FastifyInstance): void {
  const table: AccessEntry[] = [];
  app.decorate('accessTable', table);
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) {
      // Preflight answers hold nothing but the CORS settings.
      if (one === 'OPTIONS') continue;
      if (!config?.access) throw new Error(`${one} ${url} does not declare who may call it (config.access)`);
      table.push({ method: one, url, access: config.access });
    }
  });
}
