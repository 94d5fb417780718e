/** Ways to reach somebody who does not use the app. */
export const CHANNELS = ['whatsapp', 'sms', 'email'] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * Where a message stands: `queued -> sending -> sent -> delivered`. `failed`: it was not accepted, or not delivered, for the
 * reason that stands beside. `unknown`: it may have gone out and nothing proves it; it is looked for, and never sent again by
 * itself.
 */
export const NOTIFICATION_STATUSES = ['queued', 'sending', 'sent', 'delivered', 'failed', 'unknown'] as const;
export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];
