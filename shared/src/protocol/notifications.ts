import { type Static, Type } from 'typebox';
import { CHANNELS, NOTIFICATION_STATUSES } from '../notifications/channels.ts';
import { ErrorCodeSchema, IdempotencyKey, InstantText, ListPaging, Nullable, CursorText, Uuid } from './primitives.ts';

export const ChannelSchema = Type.Enum([...CHANNELS]);
export const NotificationStatusSchema = Type.Enum([...NOTIFICATION_STATUSES]);

const Channels = Type.Array(ChannelSchema, { minItems: 1, maxItems: CHANNELS.length, uniqueItems: true });

export const MESSAGE_LENGTH = 500;
/** One line or several, without other control characters. */
const MessageText = Type.String({ maxLength: MESSAGE_LENGTH, pattern: '^[^\\u0000-\\u0009\\u000b-\\u001f]*$' });

/**
 * Sends a record to its customer. The same key, or what the customer has been sent already through a channel, sends nothing.
 * Clients written before attachments may still name a `pdfUrl`: it is refused, the service fetches no address that a caller
 * names.
 */
export const SendRequest = Type.Object(
  {
    channels: Channels,
    /** A few words of the sender's own. */
    message: Type.Optional(MessageText),
    includePdf: Type.Optional(Type.Boolean()),
    /** A complete file of the record, or of one that it is about: in the email up to 5 MB, and on the page behind the link. */
    attachmentId: Type.Optional(Uuid),
    /** Also what the customer was sent before, if something else about the record followed it: they take the newest for true. */
    again: Type.Optional(Type.Boolean()),
    /** Send although the record has an open conflict. */
    force: Type.Optional(Type.Boolean()),
    idempotencyKey: Type.Optional(IdempotencyKey),
    pdfUrl: Type.Optional(Type.Unknown()),
  },
  { $id: 'SendRequest', additionalProperties: false },
);
export type SendRequest = Static<typeof SendRequest>;

export const SendResponse = Type.Object(
  {
    /** `queued`, or `unchanged` where nothing new was to be sent. */
    status: Type.Enum(['queued', 'unchanged']),
    notificationIds: Type.Array(Uuid),
    results: Type.Array(
      Type.Object({
        notificationId: Uuid,
        channel: ChannelSchema,
        status: NotificationStatusSchema,
        /** It is an earlier message: the customer was sent the same through this channel before. */
        repeated: Type.Boolean(),
        /** Something else about the record left after it, and is the newest that the customer has; `again` sends this anew. */
        newerSent: Type.Boolean(),
      }),
    ),
  },
  { $id: 'SendResponse' },
);
export type SendResponse = Static<typeof SendResponse>;

export const Notification = Type.Object(
  {
    id: Uuid,
    entity: Type.String(),
    entityId: Uuid,
    channel: ChannelSchema,
    status: NotificationStatusSchema,
    /** Names what was sent: the same content has the same. */
    contentHash: Type.String(),
    /** The file that went along. */
    attachmentId: Nullable(Uuid),
    /** The how many-th message of this content through this channel; more than 1 after a human sent it again, or with a file. */
    round: Type.Integer(),
    /** To whom: a telephone number or an email address. */
    to: Type.String(),
    /** Times that it was handed to the provider. */
    attempts: Type.Integer(),
    /** When the service acts on it again by itself. */
    nextAttemptAt: Nullable(InstantText),
    provider: Nullable(Type.String()),
    /** Of the provider, for a question to its support. */
    providerId: Nullable(Type.String()),
    /** Why it failed or is unknown: a code, of the provider's where it gave one, and its words. */
    code: Nullable(Type.String()),
    reason: Nullable(Type.String()),
    /** Of an unknown one: how often the provider was asked, and when last. */
    looks: Type.Integer(),
    lookedAt: Nullable(InstantText),
    /** `absent`: the provider has no such message. `silent`: it did not answer, or can not be asked. */
    lookResult: Nullable(Type.Enum(['absent', 'silent'])),
    createdAt: CursorText,
    createdBy: Nullable(Type.Object({ userId: Type.String(), name: Type.String() })),
    updatedAt: InstantText,
    settledBy: Nullable(Type.Object({ userId: Type.String(), name: Type.String() })),
    /** What a human may do about it. */
    actions: Type.Array(Type.Enum(['resend', 'settle'])),
  },
  { $id: 'Notification' },
);
export type Notification = Static<typeof Notification>;

export const NotificationsQuery = Type.Object({
  ...ListPaging,
  entity: Type.Optional(Type.String()),
  entityId: Type.Optional(Uuid),
  status: Type.Optional(NotificationStatusSchema),
});
export type NotificationsQuery = Static<typeof NotificationsQuery>;

export const NotificationsResponse = Type.Object(
  { notifications: Type.Array(Notification), nextCursor: Nullable(CursorText), hasMore: Type.Boolean() },
  { $id: 'NotificationsResponse' },
);
export type NotificationsResponse = Static<typeof NotificationsResponse>;

/** What a human found out about a message that is `unknown`: that it went out, or that it did not. */
export const SettleNotificationRequest = Type.Object(
  { outcome: Type.Enum(['sent', 'failed']) },
  { $id: 'SettleNotificationRequest' },
);
export type SettleNotificationRequest = Static<typeof SettleNotificationRequest>;

export const PreviewRequest = Type.Object(
  { channels: Channels, message: Type.Optional(MessageText), attachmentId: Type.Optional(Uuid) },
  { $id: 'PreviewRequest', additionalProperties: false },
);
export type PreviewRequest = Static<typeof PreviewRequest>;

export const MessagePreview = Type.Object(
  {
    channel: ChannelSchema,
    to: Nullable(Type.String()),
    /** Of an email. */
    subject: Nullable(Type.String()),
    text: Type.String(),
    /** Of an email; to be shown in a sandboxed frame. */
    html: Nullable(Type.String()),
    /** Of an SMS: what is paid for. */
    segments: Nullable(Type.Integer()),
    /** Why it could not be sent now. */
    problem: Nullable(Type.Object({ code: ErrorCodeSchema, message: Type.String() })),
    /** The status of what was sent with this content already; `null`: nothing. */
    sent: Nullable(NotificationStatusSchema),
    /** Something else about the record left after that, and is the newest that the customer has. */
    newerSent: Type.Boolean(),
    /** Nothing with this content and file was sent, and yet the customer has the content, with another file or without one. */
    sentOtherwise: Type.Boolean(),
    /** When the customer agreed to be written to in this way, as far as it was noted. */
    consentedAt: Nullable(InstantText),
  },
  { $id: 'MessagePreview' },
);
export type MessagePreview = Static<typeof MessagePreview>;

export const PreviewResponse = Type.Object({ previews: Type.Array(MessagePreview) }, { $id: 'PreviewResponse' });
export type PreviewResponse = Static<typeof PreviewResponse>;

/** A customer's own word, as somebody noted it: that they agree to be written to, or that they do not wish it. */
export const ConsentRequest = Type.Object(
  {
    channel: ChannelSchema,
    /** A telephone number with its country, or an email address. */
    address: Type.String({ minLength: 3, maxLength: 320 }),
    consent: Type.Enum(['given', 'withdrawn']),
    /** When they said so; now if left out. */
    at: Type.Optional(InstantText),
  },
  { $id: 'ConsentRequest', additionalProperties: false },
);
export type ConsentRequest = Static<typeof ConsentRequest>;

export const ConsentResponse = Type.Object(
  {
    channel: ChannelSchema,
    consentedAt: Nullable(InstantText),
    optedOutAt: Nullable(InstantText),
    /** When they wrote STOP themselves: nothing but their own START undoes it. */
    stoppedAt: Nullable(InstantText),
  },
  { $id: 'ConsentResponse' },
);
export type ConsentResponse = Static<typeof ConsentResponse>;
