import { expect, test } from 'vitest';
import { clientSender, mailboxSender } from './invitation-sender.ts';
import { createMailbox } from './mailbox.ts';

const invitation = { inviteId: 'i1', email: 'eva@example.com', tenantName: 'Ana cleans', invitedBy: null };

test('through Clerk, people with an account are invited like everybody else', async () => {
  const sent: unknown[] = [];
  const createInvitation = (params: unknown) => {
    sent.push(params);
    return Promise.resolve({} as never);
  };
  await clientSender({ invitations: { createInvitation } }).send(invitation);
  expect(sent).toEqual([{ emailAddress: 'eva@example.com', expiresInDays: 14, ignoreExisting: true, notify: true }]);
});

test("what Clerk refuses is the caller's to handle", async () => {
  const refusal = new Error('quota');
  const sender = clientSender({ invitations: { createInvitation: () => Promise.reject(refusal) } });
  await expect(sender.send(invitation)).rejects.toBe(refusal);
});

test('the local mailbox keeps the newest 200, newest first', async () => {
  let count = 0;
  const mailbox = createMailbox({ now: () => new Date(0), newId: () => `m${(count += 1)}` });
  const sender = mailboxSender(mailbox);
  for (let sent = 0; sent < 205; sent += 1) await sender.send(invitation);
  const mails = mailbox.list();
  expect(mails).toHaveLength(200);
  expect(mails[0]).toEqual({
    id: 'm205',
    channel: 'email',
    from: 'Ana cleans',
    html: null,
    attachments: [],
    segments: null,
    notificationId: null,
    to: 'eva@example.com',
    subject: 'Join Ana cleans',
    text: 'Somebody invites you to Ana cleans. Sign in with eva@example.com within 14 days.',
    at: '1970-01-01T00:00:00.000Z',
  });
});
