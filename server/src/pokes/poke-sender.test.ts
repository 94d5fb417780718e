import { type Cursor, parseTenantId, type TenantId } from '@backhaul/shared';
import { expect, test } from 'vitest';
import { createPokeSender } from './poke-sender.ts';

const a = parseTenantId('018f0000-0000-7000-8000-00000000000a') as TenantId;
const b = parseTenantId('018f0000-0000-7000-8000-00000000000b') as TenantId;
const at = (second: number) => `2026-11-24T08:00:0${second}.000000Z` as Cursor;
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what moves during a send goes with the next one, at its latest and once for each tenant', async () => {
  const sent: (readonly string[])[] = [];
  let finish = (): void => undefined;
  const moved = createPokeSender({
    send: (messages) => {
      sent.push(messages);
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
    onTrouble: () => expect.unreachable(),
  });
  moved(a, at(1));
  moved(a, at(3));
  moved(b, at(2));
  moved(a, at(2));
  expect(sent).toEqual([[`${a}@${at(1)}`]]);
  finish();
  await turn();
  expect(sent.at(-1)).toEqual([`${a}@${at(3)},${b}@${at(2)}`]);
  finish();
  await turn();
  moved(b, at(4));
  expect(sent).toHaveLength(3);
});

test('a send that fails is reported and does not stop the next one', async () => {
  const troubles: unknown[] = [];
  const sent: unknown[] = [];
  const moved = createPokeSender({
    send: async (messages) => {
      sent.push(messages);
      throw new Error('away');
    },
    onTrouble: (error) => troubles.push(error),
  });
  moved(a, at(1));
  await turn();
  moved(a, at(2));
  await turn();
  expect([sent.length, troubles.length]).toEqual([2, 2]);
});
