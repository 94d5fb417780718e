import type { Cursor, StreamQuery } from '@backhaul/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import { planPull } from '@backhaul/shared/engine';
import { noteSighting } from '../sync/pull/pull.ts';
import { openEventStream } from './event-stream.ts';
import type { StreamHub } from './stream-hub.ts';

/** Seconds until a device that found no room should ask again: spread, or they all come back at once. */
const RETRY_FROM = 15;
const RETRY_SPREAD = 45;

/**
 * Answers a request with a stream of the tenant's news from the query's cursor on. What a pull would refuse is refused, before the stream
 * begins. Throws an ApiError: STREAM_UNSUPPORTED, TOO_MANY_STREAMS, or the refusal of a pull.
 */
export async function openStream(
  hub: StreamHub,
  services: Services,
  { request, reply, query }: { request: FastifyRequest; reply: FastifyReply; query: StreamQuery },
): Promise<void> {
  const { access } = request;
  const { tenantId, userId, role, keys, scopeVersion } = access;
  const { deviceId } = request;
  if (services.streams.max === 0) throw new ApiError('STREAM_UNSUPPORTED');
  if (deviceId === null) {
    // A stream outlives its token: without a device nobody could end it.
    throw new ApiError('INVALID_REQUEST', {
      message: 'A stream needs X-Device-Id',
      details: { header: 'X-Device-Id' },
    });
  }
  const planned = planPull(access, query.since);
  if (planned.kind === 'refused') throw new ApiError(planned.code);
  await noteSighting(services, access, { plan: planned.plan, schemaVersion: query.schemaVersion });
  refuseWhenFull(hub, services, { tenantId, deviceId });

  // A first pull that is still on its way goes on as a pull.
  const cursor: Cursor | null = planned.plan.snapshot === null ? planned.plan.after : null;
  const openedAt = performance.now();
  const sink = openEventStream(reply, services.streams, (reason) => {
    request.log.info({ reason, seconds: Math.round((performance.now() - openedAt) / 1000) }, 'stream ended');
  });
  sink.onHangUp(hub.open({ tenantId, userId, deviceId, role, keys, scopeVersion, cursor }, sink));
}

function refuseWhenFull(hub: StreamHub, { random }: Services, listener: Parameters<StreamHub['hasRoomFor']>[0]): void {
  if (hub.hasRoomFor(listener)) return;
  throw new ApiError('TOO_MANY_STREAMS', { retryAfter: RETRY_FROM + Math.floor(random() * RETRY_SPREAD) });
}
