import { listNotifications, readNotificationRounds, withTenant } from '@backhaul/db';
import type { MessagePreview, PreviewRequest, RecordId, TenantId } from '@backhaul/shared';
import { parseInstant } from '@backhaul/shared';
import { disputeLinkOf } from '../documents/dispute-link.ts';
import { countSegments } from '../infra/sms-segments.ts';
import type { Services } from '../services.ts';
import { earlierMessage } from './earlier-message.ts';
import { nameBodies } from './name-bodies.ts';
import { type ChannelPlan, readSendable } from './read-sendable.ts';
import { createLinkToken } from './sealed-letter.ts';
import type { Sendable } from './sendable.ts';
import { requestedFile } from './sent-file.ts';
import { statusOf } from './state-machine.ts';
import { letterFile } from './to-outgoing.ts';

/** More than one record ever has waiting. */
const WAITING_MAX = 100;

/** What a customer would get, without sending it; the link in it leads nowhere. Throws NOT_FOUND, NOT_SENDABLE, and what `requestedFile` does. */
export async function previewMessages(
  services: Services,
  tenantId: TenantId,
  { sendable, id, request }: { readonly sendable: Sendable; readonly id: RecordId; readonly request: PreviewRequest },
): Promise<MessagePreview[]> {
  const { now, rounds, waiting, file } = await withTenant(services.database, tenantId, async (tx) => {
    const read = await readSendable(services, tx, { sendable, id });
    const hashes = [...read.plans.values()].flatMap(({ contentHash }) => (contentHash === null ? [] : [contentHash]));
    const { entity } = sendable;
    await nameBodies(services, tx, { entity, entityId: id });
    const queued = { entity, entityId: id, states: ['queued'] } as const;
    return {
      now: read,
      rounds: await readNotificationRounds(tx, { entity, entityId: id, hashes }),
      waiting: await listNotifications(tx, queued, { after: null, order: 'desc', limit: WAITING_MAX }),
      file: await requestedFile(services, tx, { request, owners: read.description.fileOwners }),
    };
  });
  const { content, language, disputableUntil: until } = now.description;
  const disputeLink = disputeLinkOf(services, { tenantId, id, until });
  const token = createLinkToken(tenantId);
  const letter = {
    content,
    message: request.message?.trim() || null,
    link: services.links.letter(token),
    file: file && letterFile(services, file, token),
    disputeLink,
    language,
  };
  return request.channels.map((channel) => {
    const plan = now.plans.get(channel) as ChannelPlan;
    const rendered = sendable.render(letter, channel);
    const { message: sent, isSentOtherwise } = earlierMessage(rounds, plan, file?.attachmentId ?? null);
    // Asking for it anew then holds back what was asked for since, and says something else.
    const isFollowed = waiting.some((row) => row.channel === channel && row.content_hash !== plan.contentHash);
    return {
      channel,
      to: plan.to,
      subject: rendered.channel === 'email' ? rendered.subject : null,
      text: rendered.text,
      html: rendered.channel === 'email' ? rendered.html : null,
      segments: rendered.channel === 'sms' ? countSegments(rendered.text) : null,
      problem: plan.problem,
      sent: sent && !isFollowed ? statusOf(sent.state) : null,
      newerSent: sent?.isFollowed ?? false,
      sentOtherwise: isSentOtherwise,
      consentedAt: plan.consentedAt === null ? null : parseInstant(plan.consentedAt),
    };
  });
}
