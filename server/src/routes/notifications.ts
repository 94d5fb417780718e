import {
  ConsentRequest,
  ConsentResponse,
  Notification,
  NotificationsQuery,
  NotificationsResponse,
  SettleNotificationRequest,
  Uuid,
} from '@backhaul/shared/schemas';
import { Type } from 'typebox';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../http/route-plugin.ts';
import { resendNotification, settleNotification } from '../notifications/decide-notification.ts';
import { listNotifications } from '../notifications/list-notifications.ts';
import { recordConsent } from '../notifications/record-consent.ts';
import { queueNotifications } from './queue-notifications.ts';

const write = { access: { who: 'manager', enforcedBy: 'transaction' } } as const;

const plugin: RoutePlugin = async (app, { services }) => {
  const refusals = services.sendables.flatMap((sendable) => sendable.refusals);
  app.get(
    '/notifications',
    {
      config: { access: { who: 'manager', enforcedBy: 'hook' } },
      schema: {
        tags: ['Messages'],
        summary: 'List messages to customers',
        description:
          'In the order in which they were asked for. `entityId` names a record, `status` what is left to do.',
        querystring: NotificationsQuery,
        response: { 200: NotificationsResponse, ...tenantErrors('INVALID_CURSOR') },
      },
    },
    (request) => listNotifications(services, request.tenantId, request.query),
  );

  app.post(
    '/notifications/:id/settle',
    {
      config: write,
      schema: {
        tags: ['Messages'],
        summary: 'Say what became of an unknown message',
        description:
          'After a look at the provider’s own log, or a word with the customer. `failed` can then be sent again.',
        params: Type.Object({ id: Uuid }),
        body: SettleNotificationRequest,
        response: { 200: Notification, ...tenantErrors('NOT_SETTLEABLE', ...BODY_ERRORS) },
      },
    },
    (request) => settleNotification(services, callerOf(request), { id: request.params.id, ...request.body }),
  );

  app.post(
    '/notifications/:id/resend',
    {
      config: write,
      schema: {
        tags: ['Messages'],
        summary: 'Send a failed message again',
        description:
          'The same words to the same address, as a message of its own. Not for an unknown one, which may have arrived.',
        params: Type.Object({ id: Uuid }),
        response: {
          201: Notification,
          ...tenantErrors(
            'NOT_SETTLEABLE',
            'OPTED_OUT',
            'RATE_LIMITED',
            'RECORD_GONE',
            'NOT_SENDABLE',
            ...refusals,
            ...BODY_ERRORS,
          ),
        },
      },
    },
    async (request, reply) => {
      const notification = await resendNotification(services, callerOf(request), request.params.id);
      await queueNotifications(services, request, [notification.id]);
      return reply.code(201).send(notification);
    },
  );

  app.post(
    '/consents',
    {
      config: write,
      schema: {
        tags: ['Messages'],
        summary: "Note a customer's word about being written to",
        description:
          'Consent with its time, or that they do not wish it: then nothing is sent to that address any more.',
        body: ConsentRequest,
        response: { 200: ConsentResponse, ...tenantErrors('UNREACHABLE', 'INVALID_DATE', ...BODY_ERRORS) },
      },
    },
    (request) => recordConsent(services, callerOf(request), request.body),
  );
};
export default plugin;
