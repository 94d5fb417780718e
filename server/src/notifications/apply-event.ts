import { type NotificationProgress, type NotificationRow, saveProgress, type TenantTx } from '@backhaul/db';
import type { Delivery } from '../infra/messengers/messenger.ts';
import { type NotificationEvent, nextState } from './state-machine.ts';

export interface EventFacts {
  readonly now: Date;
  readonly event: NotificationEvent;
  /** Of a message that goes back to `queued`: when it is due again; of an unknown one: when its provider is asked. */
  readonly dueAt?: Date | null;
  readonly provider?: string;
  readonly providerId?: string | null;
  readonly code?: string | null;
  readonly reason?: string | null;
  readonly settledBy?: NotificationRow['settled_by'];
}

/** Moves a message that this transaction has locked; answers its row as it is then. Nothing is written when nothing changes. */
export async function applyEvent(tx: TenantTx, row: NotificationRow, facts: EventFacts): Promise<NotificationRow> {
  const { event, now } = facts;
  const state = nextState(row.state, event);
  const providerId = row.provider_id ?? facts.providerId ?? null;
  if (state === row.state && providerId === row.provider_id) return row;
  const isOpen = state === 'queued' || state === 'unknown';
  // What explained the state before explains nothing once the message is on its way.
  const explanation =
    state === row.state
      ? {}
      : state === 'sent' || state === 'delivered'
        ? { code: null, reason: null }
        : { code: facts.code ?? null, reason: facts.reason ?? null };
  const progress: NotificationProgress = {
    state,
    due_at: isOpen ? (facts.dueAt?.toISOString() ?? null) : null,
    provider_id: providerId,
    ...(facts.provider === undefined ? {} : { provider: facts.provider }),
    ...explanation,
    ...(facts.settledBy === undefined ? {} : { settled_by: facts.settledBy }),
    updated_at: now.toISOString(),
  };
  await saveProgress(tx, row.notification_id, progress);
  return { ...row, ...progress };
}

export function eventOf({ kind }: Delivery): NotificationEvent {
  return kind;
}

/** A provider's words without the address that they may quote, so that none is kept outside of an envelope. */
export function withoutAddresses(reason: string, to: string | null = null): string {
  return (to === null ? reason : reason.replaceAll(to, '…'))
    .replaceAll(/[^\s<>"'(),;]+@[^\s<>"'(),;]+/g, '…')
    .replaceAll(/\+?\d[\d\s().-]{6,}\d/g, '…')
    .slice(0, 500);
}
