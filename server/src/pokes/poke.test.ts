import { randomUUID } from 'node:crypto';
import { type Cursor, parseCursor, parseTenantId, type TenantId } from '@backhaul/shared';
import { expect, test } from 'vitest';
import { decodePokes, encodePokes, type Poke } from './poke.ts';

const clock = parseCursor('2026-11-24T08:00:00.000001Z') as Cursor;
const poke = (): Poke => ({ tenantId: parseTenantId(randomUUID()) as TenantId, clock });

test('any number of pokes goes over in messages that PostgreSQL takes', () => {
  for (const count of [0, 1, 100, 101, 1_234]) {
    const pokes = Array.from({ length: count }, poke);
    const messages = encodePokes(pokes);
    expect(messages).toHaveLength(Math.ceil(count / 100));
    for (const message of messages) expect(Buffer.byteLength(message)).toBeLessThan(8_000);
    expect(messages.flatMap(decodePokes)).toEqual(pokes);
  }
});

test('what is no poke is left out', () => {
  const good = poke();
  const message = ['', 'x', '@', `${good.tenantId}@`, `x@${clock}`, ...encodePokes([good]), `${good.tenantId}@now`];
  expect(decodePokes(message.join(','))).toEqual([good]);
  expect(decodePokes('')).toEqual([]);
});
