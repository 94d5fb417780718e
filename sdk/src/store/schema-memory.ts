/** What is known of the server's declaration, and of rows that may lack what it declares. */
export interface SchemaMemory {
  /** The server's `schemaVersion` by its last answer, 0 if that did not say; `null`: there was none. */
  readonly server: number | null;
  /** The lowest one that rows were read under since the last pull from the beginning; `null`: not known. */
  readonly readUnder: number | null;
  /** Entities whose changes were left out, because the app that pulled them does not declare them. */
  readonly skipped: readonly string[];
}

export const NO_SCHEMA: SchemaMemory = { server: null, readUnder: null, skipped: [] };

/** Services that know no `schemaVersion` state none. */
export function statedVersion({ schemaVersion }: { readonly schemaVersion?: unknown }): number {
  return typeof schemaVersion === 'number' ? schemaVersion : 0;
}

export function hasRisen({ server }: SchemaMemory, stated: number): boolean {
  return server !== null && stated > server;
}

/** After an answer that brought rows, of which those of some entities were left out. */
export function afterReading<Known extends Pick<SchemaMemory, 'readUnder' | 'skipped'>>(
  schema: Known,
  stated: number,
  skipped: readonly string[] = [],
): Known {
  return {
    ...schema,
    readUnder: schema.readUnder === null ? stated : Math.min(schema.readUnder, stated),
    skipped: [...new Set([...schema.skipped, ...skipped])],
  };
}

/**
 * Whether rows here may lack what this app declares, and a pull from the beginning would bring it: another version of the app
 * has left out entities, or rows were read before the server knew all that this app knows.
 */
export function lacksDeclared(
  { server, readUnder, skipped }: SchemaMemory,
  app: { readonly schemaVersion: number; readonly declares: (entity: string) => boolean },
): boolean {
  if (skipped.some(app.declares)) return true;
  return server !== null && readUnder !== null && readUnder < app.schemaVersion && readUnder < server;
}

/** How the server's declaration compares with this app's, by its last answer. */
export type SchemaSkew = 'unknown' | 'same' | 'serverOlder' | 'serverNewer';

export function schemaSkew({ server }: SchemaMemory, app: number): SchemaSkew {
  if (server === null || server === 0) return 'unknown';
  if (server === app) return 'same';
  return server < app ? 'serverOlder' : 'serverNewer';
}
