import { createHash, timingSafeEqual } from 'node:crypto';
import { Type } from 'typebox';
import { ApiError } from '../http/api-error.ts';
import { errors, type RoutePlugin } from '../http/route-plugin.ts';
import { drainJobs } from '../jobs/drain-jobs.ts';
import { TASKS } from '../jobs/tasks.ts';
import type { JobAccess } from '../services.ts';

/** Platforms end a function after a minute or more; a job that has begun takes seconds. */
const DRAIN_MS = 40_000;

const JobsResponse = Type.Object(
  {
    succeeded: Type.Integer(),
    failed: Type.Integer({ description: 'They are repeated later.' }),
    complete: Type.Boolean({ description: 'Nothing that is due is left.' }),
  },
  { $id: 'JobsResponse' },
);

/** Registered only where there is a secret to ask for. */
export function jobRoutes(secret: string, jobs: JobAccess): RoutePlugin {
  const expected = digest(secret);
  return async (app, { services }) => {
    app.get(
      '/jobs/run',
      {
        // A HEAD of it would run jobs, too.
        exposeHeadRoute: false,
        config: { access: { who: 'scheduler', enforcedBy: 'hook' } },
        onRequest: async (request) => {
          const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
          if (!timingSafeEqual(digest(bearer), expected)) throw new ApiError('UNAUTHENTICATED');
        },
        schema: {
          tags: ['Service'],
          summary: 'Run the jobs that are due',
          description:
            'For the cron of a platform where no process lives on. Takes up to a minute; calls at the same time share the work.',
          response: { 200: JobsResponse, ...errors('UNAUTHENTICATED') },
        },
      },
      async (_request, reply) => {
        reply.header('cache-control', 'no-store');
        return drainJobs({ services, jobs, tasks: TASKS, log: app.log }, { milliseconds: DRAIN_MS });
      },
    );
  };
}

/** Of one length, whatever was sent: the comparison tells nothing about the secret, its length included. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
