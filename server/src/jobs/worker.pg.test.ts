import { APP_ROLE, type Database } from '@backhaul/db';
import { createTestDatabase, type TestDatabase } from '@backhaul/db/testing';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../testing/index.ts';
import { drainJobs } from './drain-jobs.ts';
import { createJobQueue } from './job-queue.ts';
import type { JobLog } from './run-tasks.ts';
import { type JobRunner, startWorker, type Worker } from './start-worker.ts';
import { defineTask, type RunnableTask } from './task.ts';

let database: TestDatabase;
let service: TestApp;
let started: Worker[];
let logged: object[];
beforeEach(async () => {
  database = await createTestDatabase();
  service = await createTestApp({ database: database.app });
  started = [];
  logged = [];
});
afterEach(async () => {
  for (const worker of started) await worker.stop();
  await service.close();
  await database.drop();
});

const log: JobLog = {
  info: (facts, message) => logged.push({ level: 'info', message, ...facts }),
  warn: (facts, message) => logged.push({ level: 'warn', message, ...facts }),
  error: (facts, message) => logged.push({ level: 'error', message, ...facts }),
};

function runnerOf(tasks: readonly RunnableTask[]): JobRunner {
  const jobs = { owner: database.owner, connectionString: database.ownerUrl };
  return { services: { ...service.services, jobs }, jobs, tasks, log };
}

async function start(...tasks: RunnableTask[]): Promise<Worker> {
  const worker = await startWorker(runnerOf(tasks));
  started.push(worker);
  return worker;
}

const drain = (tasks: readonly RunnableTask[], milliseconds = 30_000) => drainJobs(runnerOf(tasks), { milliseconds });
const queue = () => createJobQueue(database.owner, { spreads: true });
const numbered = (task: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ task, payload: { n }, key: `${task}:${n}` }));

interface Waiting {
  readonly task: string;
  readonly key: string | null;
  readonly runAt: Date;
  readonly attempts: number;
  readonly lastError: string | null;
}

async function waiting({ owner }: { owner: Database } = database): Promise<Waiting[]> {
  const { rows } = await owner.pool.query<Omit<Waiting, 'runAt'> & { runAt: string }>(
    `select task_identifier as task, key, run_at as "runAt", attempts, last_error as "lastError"
     from graphile_worker.jobs order by id`,
  );
  return rows.map((row) => ({ ...row, runAt: new Date(row.runAt) }));
}

/** A task that notes its payloads, and a promise of having run so many times. */
function counting(name: string, work: (n: number) => Promise<void> = async () => {}) {
  const seen: number[] = [];
  const waiters: { count: number; resolve: () => void }[] = [];
  const task = defineTask({
    name,
    payload: Type.Object({ n: Type.Integer() }),
    async run({ n }) {
      await work(n);
      seen.push(n);
      for (const waiter of waiters) if (seen.length >= waiter.count) waiter.resolve();
      return { n };
    },
  });
  const ran = (count: number): Promise<void> =>
    seen.length >= count ? Promise.resolve() : new Promise((resolve) => waiters.push({ count, resolve }));
  return { task, seen, ran };
}

describe('a worker', () => {
  it('runs a job as soon as it is there', async () => {
    const { task, seen, ran } = counting('count');
    await start(task);
    await queue().add(numbered('count', 3));
    await ran(3);
    expect(seen.toSorted()).toEqual([0, 1, 2]);
    // It is logged once it is done, which is a moment later.
    await expect
      .poll(() => logged)
      .toContainEqual(expect.objectContaining({ level: 'info', message: 'job', task: 'count', n: 0 }));
  });

  it('shares the work with others, whoever started first: each job runs once', async () => {
    const { task, seen, ran } = counting('count');
    // At once, on a database without a queue.
    await Promise.all([start(task), start(task), start(task)]);
    await queue().add(numbered('count', 200));
    await ran(200);
    for (const worker of started.splice(0)) await worker.stop();
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(await waiting()).toEqual([]);
  });

  it('runs what is scheduled, and then at its next time', async () => {
    let runs = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const nightly = defineTask({
      name: 'nightly',
      payload: Type.Object({}),
      schedule: { kind: 'daily', at: '02:17' },
      async run() {
        runs += 1;
        resolve();
        return {};
      },
    });
    const worker = await start(nightly);
    await promise;
    await worker.stop();
    started = [];
    const [job, ...others] = await waiting();
    expect(others).toEqual([]);
    expect(job).toMatchObject({ task: 'nightly', key: 'schedule:nightly', attempts: 0 });
    expect(job?.runAt.toISOString()).toMatch(/T02:17:0/);
    // Started once more, it waits for that.
    await (await start(nightly)).stop();
    started = [];
    expect(await waiting()).toEqual([job]);
    expect(runs).toBe(1);
  });

  it('waits for the job that runs when it is stopped', async () => {
    const inside = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const { task, seen } = counting('slow', async () => {
      inside.resolve();
      await mayEnd.promise;
    });
    const worker = await start(task);
    await queue().add(numbered('slow', 1));
    await inside.promise;
    const stopped = worker.stop();
    started = [];
    expect(seen).toEqual([]);
    mayEnd.resolve();
    await stopped;
    expect(seen).toEqual([0]);
    expect(await waiting()).toEqual([]);
  });

  it('repeats what fails later, and tells neither the log nor the queue more than its kind', async () => {
    const failed = Promise.withResolvers<void>();
    const task = defineTask({
      name: 'failing',
      payload: Type.Object({ n: Type.Integer() }),
      async run() {
        failed.resolve();
        throw Object.assign(new Error('Key (email)=(ana@example.com) already exists'), {
          code: '23505',
          constraint: 'people_by_email',
        });
      },
    });
    const worker = await start(task);
    await queue().add(numbered('failing', 1));
    await failed.promise;
    await worker.stop();
    started = [];
    const [job] = await waiting();
    expect(job).toMatchObject({ attempts: 1, lastError: 'Error 23505 people_by_email' });
    expect(job?.runAt.getTime()).toBeGreaterThan(Date.now());
    expect(logged).toMatchObject([
      { level: 'error', task: 'failing', cause: { code: '23505', constraint: 'people_by_email' } },
    ]);
    expect(JSON.stringify(logged)).not.toContain('ana@example.com');
  });

  it('refuses a payload that is not the task’s', async () => {
    const { task, seen } = counting('count');
    await drain([task]);
    await queue().add([{ task: 'count', payload: { n: 'x' }, key: 'odd' }]);
    expect(await drain([task])).toEqual({ succeeded: 0, failed: 1, complete: true });
    expect(seen).toEqual([]);
  });

  it('goes on after the database has ended all of its connections', async () => {
    const { task, ran } = counting('count');
    await start(task);
    await queue().add(numbered('count', 1));
    await ran(1);
    await database.owner.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and application_name not like 'test_%'`,
    );
    await queue().add(numbered('count', 5));
    await ran(6);
  }, 30_000);
});

describe('draining', () => {
  it('runs everything that is due, and what that leads to, and returns', async () => {
    const { task, seen } = counting('count');
    const fanOut = defineTask({
      name: 'fan-out',
      payload: Type.Object({}),
      schedule: { kind: 'daily', at: '02:17' },
      async run(_payload, services) {
        // Spread over hours where a worker lives on; here nobody would be there.
        await services.queue.add(
          numbered('count', 10).map((job) => ({ ...job, position: 0.9 })),
          3_600_000,
        );
        return {};
      },
    });
    expect(await drain([task, fanOut])).toEqual({ succeeded: 11, failed: 0, complete: true });
    expect(seen).toHaveLength(10);
    expect(await drain([task, fanOut])).toEqual({ succeeded: 0, failed: 0, complete: true });
  });

  it.each([-3_600_000, 3_600_000])(
    'goes by the database’s clock, whatever that of the service says: %i ms off',
    async (off) => {
      const nightly = defineTask({
        name: 'nightly',
        payload: Type.Object({}),
        schedule: { kind: 'daily', at: '02:17' },
        run: async () => ({}),
      });
      const runner = runnerOf([nightly]);
      const services = { ...runner.services, now: () => new Date(Date.now() + off) };
      const run = () => drainJobs({ ...runner, services }, { milliseconds: 30_000 });
      expect(await run()).toEqual({ succeeded: 1, failed: 0, complete: true });
      expect(await run()).toEqual({ succeeded: 0, failed: 0, complete: true });
    },
  );

  it('begins no job when its time is over, and the next call goes on', async () => {
    const mayEnd = Promise.withResolvers<void>();
    const inside = Promise.withResolvers<void>();
    const { task, seen } = counting('slow', async () => {
      inside.resolve();
      await mayEnd.promise;
    });
    await drain([task]);
    await queue().add(numbered('slow', 3));
    const drained = drain([task], 1);
    // Its time may be over before the first job has begun.
    await Promise.race([inside.promise, drained]);
    mayEnd.resolve();
    const first = await drained;
    expect(first.complete).toBe(false);
    expect(first.succeeded).toBeLessThan(3);
    expect(await drain([task])).toEqual({ succeeded: 3 - first.succeeded, failed: 0, complete: true });
    expect(seen.toSorted()).toEqual([0, 1, 2]);
  });

  it('is shared by calls at the same time', async () => {
    const { task, seen } = counting('count');
    await drain([task]);
    await queue().add(numbered('count', 60));
    const answers = await Promise.all([drain([task]), drain([task]), drain([task])]);
    expect(answers.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(60);
    expect(new Set(seen).size).toBe(60);
  });

  it('spreads jobs where a worker lives on, and keeps the time of one that waits', async () => {
    const { task } = counting('count');
    await drain([task]);
    const hour = 3_600_000;
    const job = { task: 'count', payload: { n: 0 }, key: 'one', position: 0.5 };
    await queue().add([job], hour);
    const [first] = await waiting();
    expect(first?.runAt.getTime()).toBeGreaterThan(Date.now() + 0.4 * hour);
    await queue().add([{ ...job, position: 0.9 }], hour);
    expect((await waiting()).map(({ runAt }) => runAt)).toEqual([first?.runAt]);
  });
});

it('the role that serves requests has no right in the queue', async () => {
  await drain([counting('count').task]);
  const { rows } = await database.owner.pool.query<{ usable: boolean }>(
    `select has_schema_privilege($1, 'graphile_worker', 'usage') as usable`,
    [APP_ROLE],
  );
  expect(rows).toEqual([{ usable: false }]);
  await expect(database.app.pool.query('select * from graphile_worker.jobs')).rejects.toThrow('permission denied');
});

describe('GET /jobs/run', () => {
  const SECRET = 'a secret of the scheduler';
  const secret = SECRET.replaceAll(' ', '-');

  it('is not there without CRON_SECRET', async () => {
    expect((await service.app.inject({ url: '/jobs/run' })).statusCode).toBe(404);
  });

  it('asks for the secret, whole and alone', async () => {
    const scheduled = await createTestApp({ config: { cronSecret: secret } });
    for (const authorization of [undefined, '', 'Bearer', `Bearer ${secret}x`, `Bearer ${secret.slice(1)}`, secret]) {
      const response = await scheduled.app.inject({
        url: '/jobs/run',
        headers: authorization === undefined ? {} : { authorization },
      });
      expect([response.statusCode, response.json<{ error: { code: string } }>().error.code]).toEqual([
        401,
        'UNAUTHENTICATED',
      ]);
    }
    const { token } = await scheduled.signIn('marta@example.com');
    for (const [method, url] of [
      ['HEAD', '/jobs/run'],
      ['POST', '/jobs/run'],
    ] as const) {
      const response = await scheduled.app.inject({ method, url, headers: { authorization: `Bearer ${secret}` } });
      expect(response.statusCode).toBe(404);
    }
    const signedIn = await scheduled.app.inject({ url: '/jobs/run', headers: { authorization: `Bearer ${token}` } });
    expect(signedIn.statusCode).toBe(401);
    await scheduled.close();
  });

  it('runs what is due, and says how it went', async () => {
    const scheduled = await createTestApp({ config: { cronSecret: secret } });
    const { token } = await scheduled.signIn('marta@example.com');
    for (const name of ['One', 'Two']) await scheduled.createTenant(token, name);
    const run = () => scheduled.app.inject({ url: '/jobs/run', headers: { authorization: `Bearer ${secret}` } });
    const first = await run();
    expect([first.statusCode, first.json()]).toEqual([200, { succeeded: 10, failed: 0, complete: true }]);
    expect(first.headers['cache-control']).toBe('no-store');
    expect((await run()).json()).toEqual({ succeeded: 0, failed: 0, complete: true });
    await scheduled.close();
  });

  it('is described with its own kind of token', async () => {
    const scheduled = await createTestApp({ config: { cronSecret: secret } });
    const document = (await scheduled.app.inject({ url: '/openapi.json' })).json<{
      paths: { [path: string]: { get: { security: object[]; 'x-who': string } } };
    }>();
    expect(document.paths['/jobs/run']?.get).toMatchObject({ security: [{ scheduler: [] }], 'x-who': 'scheduler' });
    await scheduled.close();
  });
});
