/** The migrated database that every test database is a copy of. */
export const TEMPLATE = 'backhaul_template';

/** The same server and role, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
