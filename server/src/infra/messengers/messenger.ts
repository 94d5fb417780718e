import type { Channel, Language, TenantId } from '@backhaul/shared';

/** A message as its recipient will see it. */
export type RenderedMessage =
  /** `text`: the approved template with its variables filled in, as the provider shows it. */
  | {
      readonly channel: 'whatsapp';
      readonly text: string;
      readonly template: { readonly language: Language; readonly variables: readonly string[] };
    }
  | { readonly channel: 'sms'; readonly text: string }
  | { readonly channel: 'email'; readonly subject: string; readonly text: string; readonly html: string };

export interface OutgoingMessage {
  readonly tenantId: TenantId;
  readonly notificationId: string;
  /** E.164, or an email address. */
  readonly to: string;
  /** A word of the body that no other message has: it is recognised by it. */
  readonly mark: string;
  /** The name that the recipient knows the sender by. */
  readonly from: string;
  /** Where answers to an email go. */
  readonly replyTo: string | null;
  readonly content: RenderedMessage;
  /** Of an email. */
  readonly attachments: readonly OutgoingFile[];
}

export interface OutgoingFile {
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** Codes are the provider's own where it gave one. */
export type Delivery =
  | { readonly kind: 'accepted'; readonly providerId: string }
  /** It will not be sent, ever. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  /** Certainly not accepted; it may be the next time. */
  | {
      readonly kind: 'deferred';
      readonly code: string;
      readonly reason: string;
      readonly retryAfterSeconds: number | null;
    }
  /** It may have been accepted. */
  | { readonly kind: 'uncertain'; readonly code: string; readonly reason: string };

export type Found =
  | { readonly kind: 'found'; readonly providerId: string }
  | { readonly kind: 'absent' }
  /** The provider did not answer, or can not be asked. */
  | { readonly kind: 'silent' };

/** A provider of messages. Never throws for what its provider does, and never tries again by itself. */
export interface Messenger {
  readonly name: string;
  deliver(message: OutgoingMessage): Promise<Delivery>;
  /** Whether the provider has a message that was handed over at `since` or later. */
  find(query: {
    readonly channel: Channel;
    readonly to: string;
    readonly mark: string;
    readonly since: Date;
  }): Promise<Found>;
}

/** `null`: this deployment does not send through that channel. */
export type Messengers = { readonly [C in Channel]: Messenger | null };
