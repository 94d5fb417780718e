import { type Cursor, parseCursor, parseTenantId, type TenantId } from '@backhaul/shared';

/** A tenant's clock has reached this value: there is something to read. */
export interface Poke {
  readonly tenantId: TenantId;
  readonly clock: Cursor;
}

/** PostgreSQL takes messages below 8,000 bytes; a poke has 65. */
const POKES_PER_MESSAGE = 100;

/** `<tenant>@<clock>,<tenant>@<clock>`, as few messages as hold them. */
export function encodePokes(pokes: readonly Poke[]): string[] {
  const messages: string[] = [];
  for (let start = 0; start < pokes.length; start += POKES_PER_MESSAGE) {
    const part = pokes.slice(start, start + POKES_PER_MESSAGE);
    messages.push(part.map(({ tenantId, clock }) => `${tenantId}@${clock}`).join(','));
  }
  return messages;
}

/** Whoever may connect to the database may notify: what is no poke is left out, and a poke is only ever a hint. */
export function decodePokes(message: string): Poke[] {
  return message.split(',').flatMap((part) => {
    const [tenant, time] = part.split('@');
    const [tenantId, clock] = [parseTenantId(tenant), parseCursor(time)];
    return tenantId && clock ? [{ tenantId, clock }] : [];
  });
}
