import type { Domain } from '@backhaul/shared';
import type { Sendable } from '../notifications/sendable.ts';
import { invoiceSendable } from './field-service/invoice-message/invoice-sendable.ts';

/** What each domain sends to people outside; one without an entry here sends nothing. */
const SENDABLES: { readonly [domain: string]: readonly Sendable[] } = { 'field-service': [invoiceSendable] };

export function sendablesOf(domain: Domain): readonly Sendable[] {
  return SENDABLES[domain.name] ?? [];
}
