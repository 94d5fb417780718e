import { domains } from '@backhaul/shared';
import { expect, it } from 'vitest';
import { sendablesOf } from './sendables.ts';

it.each(Object.values(domains))('$name: what is declared as sendable is what the service sends', (domain) => {
  const served = sendablesOf(domain).map(({ path, entity }) => [path, entity]);
  expect(Object.fromEntries(served)).toEqual(domain.sends ?? {});
});
