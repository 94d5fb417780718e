import { Type } from 'typebox';
import { takeEvent } from '../../webhooks/take-event.ts';
import { TAKE_WEBHOOK } from '../message-jobs.ts';
import { defineTask } from '../task.ts';

/** Acts on one report of a provider. */
export const takeWebhookTask = defineTask({
  name: TAKE_WEBHOOK,
  payload: Type.Object({ provider: Type.String(), eventId: Type.String() }),
  async run(event, services) {
    return { provider: event.provider, taken: (await takeEvent(services, event)) ? 1 : 0 };
  },
});
