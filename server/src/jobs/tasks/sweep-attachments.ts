import { Type } from 'typebox';
import { findAttachments } from '../../attachments/attachment-entity.ts';
import { expireUploads, sweepObjects } from '../../attachments/sweep-uploads.ts';
import { defineTask } from '../task.ts';
import { TenantPayload, tenantOf } from './tenant-payload.ts';

const EXPIRED = 200;
/** What a store lists, and deletes, in one request. */
const PAGE = 1_000;
const PAGES = 20;

/** Gives up uploads that nobody completed, and deletes objects that no attachment needs. */
export const sweepAttachmentsTask = defineTask({
  name: 'sweep-attachments',
  payload: Type.Object({ ...TenantPayload.properties, after: Type.Optional(Type.String()) }),
  async run(payload, services) {
    const { owner, queue, domain, objects, now } = services;
    const tenantId = tenantOf(payload);
    const attachments = findAttachments(domain);
    if (!attachments || !objects) return { tenantId, expired: 0, swept: 0 };
    const expired = await expireUploads(services, { tenantId, attachments, limit: EXPIRED });
    const tools = { owner, store: objects.store, attachments, now };
    let after = payload.after ?? null;
    let swept = 0;
    for (let page = 0; page < PAGES; page += 1) {
      const part = await sweepObjects(tools, { tenantId, after, limit: PAGE });
      swept += part.swept;
      after = part.next;
      if (after === null) return { tenantId, expired, swept };
    }
    const { name } = sweepAttachmentsTask;
    await queue.add([{ task: name, payload: { tenantId, after }, key: `${name}:${tenantId}` }]);
    return { tenantId, expired, swept };
  },
});
