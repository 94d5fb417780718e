import type { EnglishLabels } from '../../../domain/labels.ts';

/** Where the wire's name, in words, is not what people say. */
export const en = {
  client: { fields: { whatsappPhone: 'WhatsApp phone', preferredDeliveryChannels: 'preferred channels' } },
  employee: {
    fields: {
      team: 'team name',
      userId: 'user account',
      extraEarningsDescription: 'extra earnings',
      documentsDescription: 'documents',
    },
  },
  service_type: { fields: { defaultDurationMinutes: 'default duration' } },
  task: { fields: { checkInTime: 'check-in time', checkOutTime: 'check-out time' } },
  finance_entry: { fields: { isDisputed: 'dispute mark', receiptAttachmentId: 'receipt' } },
  attachment: { fields: { mimeType: 'file type', sha256: 'checksum' } },
} as const satisfies { readonly [entity: string]: EnglishLabels };
