import { randomUUID } from 'node:crypto';
import {
  claimNotification,
  listNotifications,
  lockNotification,
  noteLook,
  type NotificationRow,
  saveProgress,
  withTenant,
} from '@backhaul/db';
import { unreachable } from '@backhaul/shared';
import type { Delivery, Messenger, OutgoingMessage } from '../infra/messengers/messenger.ts';
import type { Services } from '../services.ts';
import { applyEvent, eventOf, withoutAddresses } from './apply-event.ts';
import type { NotificationKey } from './notification-key.ts';
import { refusalNow } from './refusal-now.ts';
import { openLetter, type SealedLetter } from './sealed-letter.ts';
import { ATTEMPTS_MAX, LEASE_MS, nextLook, PROVIDER_TIMEOUT_MS, retryDelay } from './timing.ts';
import { toOutgoing } from './to-outgoing.ts';

/**
 * Does the next step of a message that is due, and answers when the one after it is; `null`: never by itself, or it was not
 * due. Safe to run twice and at the same time: a step begins with a claim that one of them gets. No transaction is open while
 * a provider is talked to, and what is claimed is noted before: a process that is killed leaves `sending`, which nobody takes for
 * unsent.
 */
export async function advanceNotification(services: Services, key: NotificationKey): Promise<Date | null> {
  const step = await beginStep(services, key);
  switch (step.kind) {
    case 'nothing':
      return step.dueAt;
    case 'deliver':
      return deliver(services, key, step);
    case 'look':
      return look(services, key, step);
    default:
      return unreachable(step);
  }
}

interface InHand {
  readonly row: NotificationRow;
  readonly letter: SealedLetter;
  readonly messenger: Messenger;
}

interface Claimed extends InHand {
  readonly claimId: string;
  /** From then on the claim may lapse before the provider answers. */
  readonly sendBy: Date;
}

type Step =
  | { readonly kind: 'nothing'; readonly dueAt: Date | null }
  | ({ readonly kind: 'deliver' } & Claimed)
  | ({ readonly kind: 'look' } & InHand);

function beginStep(services: Services, { tenantId, notificationId }: NotificationKey): Promise<Step> {
  const { database, crypto, messengers } = services;
  const now = services.now();
  return withTenant(database, tenantId, async (tx): Promise<Step> => {
    const row = await claimNotification(tx, { notificationId, now: now.toISOString() });
    if (!row) return NOTHING;
    const letter = openLetter(await crypto.keyring(tx), notificationId, row.sealed);
    const messenger = messengers[row.channel];
    if (row.state === 'sending') {
      const dueAt = nextLook(0, now);
      const reason = 'The process that sent it ended, or was cut off, before the provider answered';
      await applyEvent(tx, row, { now, event: 'lost', code: 'NO_ANSWER', reason, dueAt });
      return { kind: 'nothing', dueAt };
    }
    if (row.state === 'unknown') {
      if (!messenger) {
        await noteLook(tx, { notificationId, now: now.toISOString(), next: null, result: 'silent' });
        return NOTHING;
      }
      return { kind: 'look', row, letter, messenger };
    }
    if (row.state !== 'queued') return NOTHING;
    const refusal = await refusalNow(services, tx, { row, letter });
    if (refusal || !messenger) {
      await applyEvent(tx, row, { now, event: 'refused', ...refusal });
      return NOTHING;
    }
    const claimId = randomUUID();
    await saveProgress(tx, notificationId, {
      state: 'sending',
      attempts: row.attempts + 1,
      due_at: new Date(now.getTime() + LEASE_MS).toISOString(),
      claim_id: claimId,
      claimed_at: now.toISOString(),
      provider: messenger.name,
      updated_at: now.toISOString(),
    });
    const sendBy = new Date(now.getTime() + LEASE_MS - 2 * PROVIDER_TIMEOUT_MS);
    return { kind: 'deliver', row: { ...row, attempts: row.attempts + 1 }, letter, messenger, claimId, sendBy };
  });
}

const NOTHING = { kind: 'nothing', dueAt: null } as const;

async function deliver(
  services: Services,
  key: NotificationKey,
  { row, letter, messenger, claimId, sendBy }: Claimed,
): Promise<Date | null> {
  const outcome = await handOver(services, key, { row, letter, messenger, sendBy });
  return noteDelivery(services, key, { outcome, claimId, letter, messenger });
}

async function handOver(
  services: Services,
  key: NotificationKey,
  { row, letter, messenger, sendBy }: Omit<Claimed, 'claimId'>,
): Promise<Delivery> {
  let outgoing: OutgoingMessage;
  try {
    outgoing = await toOutgoing(services, key, { row, letter });
  } catch {
    // Nothing has left this process.
    const reason = 'The message, or the document that goes with it, could not be made';
    return { kind: 'deferred', code: 'NOT_RENDERED', reason, retryAfterSeconds: null };
  }
  const before =
    (await foundBefore({ row, letter, messenger })) ?? (await refusedMeanwhile(services, key, { row, letter }));
  if (before) return before;
  // A process that stood still may have lost its claim: somebody may have settled it meanwhile, and sent it again (I10).
  if (services.now() >= sendBy) {
    const reason = 'The message was not ready in time, and has not left';
    return { kind: 'deferred', code: 'TOO_LATE', reason, retryAfterSeconds: null };
  }
  return messenger.deliver(outgoing);
}

/**
 * Before a message is handed over again: whether the provider has it after all. It said that it does not, but what says so may be
 * mistaken once in a while, and asking costs little. Of what the provider does not know or tell, its answer of then holds.
 */
async function foundBefore({ row, letter, messenger }: InHand): Promise<Delivery | null> {
  if (row.attempts <= 1) return null;
  const since = new Date(row.version);
  const found = await messenger.find({ channel: row.channel, to: letter.to, mark: letter.token, since });
  return found.kind === 'found' ? { kind: 'accepted', providerId: found.providerId } : null;
}

/** Asking the provider took its time: since the claim a newer version may have been asked for, or the customer wrote STOP. */
async function refusedMeanwhile(
  services: Services,
  { tenantId, notificationId }: NotificationKey,
  { row, letter }: Pick<InHand, 'row' | 'letter'>,
): Promise<Delivery | null> {
  if (row.attempts <= 1) return null;
  const refusal = await withTenant(
    services.database,
    tenantId,
    async (tx) => {
      const found = await listNotifications(tx, { ids: [notificationId] }, { after: null, order: 'asc', limit: 1 });
      return found[0] ? refusalNow(services, tx, { row: found[0], letter }) : null;
    },
    { readOnly: true },
  );
  return refusal && { kind: 'refused', ...refusal };
}

function noteDelivery(
  { database, now: clock, random }: Services,
  { tenantId, notificationId }: NotificationKey,
  {
    outcome,
    claimId,
    letter,
    messenger,
  }: { outcome: Delivery; claimId: string; letter: SealedLetter; messenger: Messenger },
): Promise<Date | null> {
  const now = clock();
  return withTenant(database, tenantId, async (tx) => {
    const row = await lockNotification(tx, notificationId);
    // An answer to an attempt that another has followed says nothing about that one; that it was accepted always counts.
    if (!row || (row.claim_id !== claimId && outcome.kind !== 'accepted')) return null;
    const common = { now, provider: messenger.name };
    if (outcome.kind === 'accepted') {
      await applyEvent(tx, row, { ...common, event: 'accepted', providerId: outcome.providerId });
      return null;
    }
    const explained = { ...common, code: outcome.code, reason: withoutAddresses(outcome.reason, letter.to) };
    if (outcome.kind === 'deferred' && row.attempts >= ATTEMPTS_MAX) {
      await applyEvent(tx, row, { ...explained, event: 'refused' });
      return null;
    }
    const dueAt = dueAfter(outcome, row, { now, random });
    const after = await applyEvent(tx, row, { ...explained, event: eventOf(outcome), dueAt });
    return after.state === 'queued' || after.state === 'unknown' ? dueAt : null;
  });
}

function dueAfter(
  outcome: Delivery,
  { attempts }: NotificationRow,
  { now, random }: { now: Date; random: () => number },
): Date | null {
  if (outcome.kind === 'deferred') {
    return new Date(now.getTime() + retryDelay(attempts, outcome.retryAfterSeconds, random));
  }
  return outcome.kind === 'uncertain' ? nextLook(0, now) : null;
}

async function look(
  { database, now: clock }: Services,
  { tenantId, notificationId }: NotificationKey,
  { row, letter, messenger }: InHand,
): Promise<Date | null> {
  const since = new Date(row.claimed_at ?? row.updated_at);
  const found = await messenger.find({ channel: row.channel, to: letter.to, mark: letter.token, since });
  const now = clock();
  return withTenant(database, tenantId, async (tx) => {
    const current = await lockNotification(tx, notificationId);
    if (current?.state !== 'unknown') return null;
    if (found.kind === 'found') {
      await applyEvent(tx, current, { now, event: 'found', providerId: found.providerId });
      return null;
    }
    const next = nextLook(current.looks + 1, now);
    const looked = { now: now.toISOString(), next: next?.toISOString() ?? null, result: found.kind };
    await noteLook(tx, { notificationId, ...looked });
    return next;
  });
}
