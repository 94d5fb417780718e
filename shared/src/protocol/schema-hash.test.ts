import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { fieldService } from '../domains/field-service/index.ts';
import { ERROR_POLICY } from '../errors/error-policy.ts';
import * as schemas from '../schemas.ts';
import { PROTOCOL_VERSION } from './protocol-version.ts';

/** What a client can notice: every wire schema, the domain, and what each error means for a sender. */
function wireHash(): string {
  const messages = Object.entries(schemas).filter(([, value]) => typeof value !== 'function');
  const errors = Object.entries(ERROR_POLICY).map(([code, { status, retry }]) => [code, status, retry]);
  // How a field is called in a sentence is no contract.
  const { labels: _, ...domain } = fieldService;
  const wire = JSON.stringify([Object.fromEntries(messages.toSorted()), domain, errors]);
  return createHash('sha256').update(wire).digest('hex').slice(0, 16);
}

it('the wire contract changes only together with PROTOCOL_VERSION and its history', () => {
  expect([PROTOCOL_VERSION, wireHash()]).toMatchInlineSnapshot(`
    [
      3,
      "4eb5d090429e102b",
    ]
  `);
});
