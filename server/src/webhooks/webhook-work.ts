import type { Channel, TenantId, UserId } from '@backhaul/shared';
import type { NotificationEvent } from '../notifications/state-machine.ts';

/** What a verified report of a provider asks to be done. Kept sealed until it is. */
export type WebhookWork =
  /** What became of a message. */
  | {
      readonly kind: 'report';
      readonly tenantId: TenantId;
      readonly notificationId: string;
      readonly event: Extract<NotificationEvent, 'reportedSent' | 'reportedDelivered' | 'reportedFailed'>;
      readonly providerId: string | null;
      readonly code: string | null;
      readonly reason: string | null;
    }
  /** Somebody wrote STOP or START to the service's own number. */
  | {
      readonly kind: 'word';
      readonly channel: Channel;
      readonly addressHash: string;
      readonly word: 'stop' | 'start';
      readonly at: string;
    }
  /** Somebody does not wish the emails of a tenant any more. */
  | {
      readonly kind: 'withdrawal';
      readonly tenantId: TenantId;
      readonly channel: Channel;
      readonly addressHash: string;
      readonly at: string;
    }
  | {
      readonly kind: 'personChanged';
      readonly userId: UserId;
      readonly email: string | null;
      readonly name: string | null;
      readonly at: string;
    }
  | { readonly kind: 'personDeleted'; readonly userId: UserId; readonly at: string };

export interface VerifiedEvent {
  /** Of the provider: the same event has the same one, however often it is reported. */
  readonly eventId: string;
  readonly work: WebhookWork;
}

/** A request of a provider as it came over the wire. */
export interface RawWebhook {
  readonly body: Buffer;
  readonly headers: { readonly [name: string]: string | undefined };
  /** Path and query. */
  readonly url: string;
  readonly now: Date;
}

/** `null`: it is not the provider's, or too old. What is verified and says nothing of interest is an empty list. */
export type ReadWebhook = (raw: RawWebhook) => Promise<VerifiedEvent[] | null>;
