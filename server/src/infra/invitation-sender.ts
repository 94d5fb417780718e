import { type ClerkClient, createClerkClient } from '@clerk/backend';
import { INVITE_DAYS } from '@backhaul/shared/schemas';
import type { TokenSettings } from '../config/load-config.ts';
import type { Mailbox } from './mailbox.ts';

export interface Invitation {
  readonly inviteId: string;
  readonly email: string;
  readonly tenantName: string;
  readonly invitedBy: string | null;
}

/** Tells a person that they were invited. Resolves when the message was handed over; throws when it was not. */
export interface InvitationSender {
  send(invitation: Invitation): Promise<void>;
}

export function mailboxSender(mailbox: Mailbox): InvitationSender {
  return {
    async send({ email, tenantName, invitedBy }) {
      mailbox.deliver({
        channel: 'email',
        to: email,
        from: tenantName,
        subject: `Join ${tenantName}`,
        html: null,
        attachments: [],
        notificationId: null,
        text: `${invitedBy ?? 'Somebody'} invites you to ${tenantName}. Sign in with ${email} within ${INVITE_DAYS} days.`,
      });
    },
  };
}

/** Clerk writes the email and signs the person up; membership begins with their first list of tenants. */
export function clerkSender({ publishableKey, secretKey }: TokenSettings): InvitationSender {
  return clientSender(createClerkClient({ publishableKey, secretKey, telemetry: { disabled: true } }));
}

export function clientSender(client: { readonly invitations: Pick<ClerkClient['invitations'], 'createInvitation'> }) {
  return {
    async send({ email }: Invitation) {
      // People who have an account already, from another tenant or an expired invite, are invited all the same.
      await client.invitations.createInvitation({
        emailAddress: email,
        expiresInDays: INVITE_DAYS,
        ignoreExisting: true,
        notify: true,
      });
    },
  } satisfies InvitationSender;
}
