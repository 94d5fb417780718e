import type { Captured } from '../faults/proxy.ts';
import type { Journal } from './journal.ts';

/** Keeps what leaves the devices, so that it can be compared with what became of it. */
export function checkRequest(journal: Journal, { path, body }: Captured): void {
  if (!path.startsWith('/v1/sync/push')) return;
  const { changes } = JSON.parse(body.toString('utf8')) as { changes: { changeId: string }[] };
  for (const change of changes) journal.sent(change.changeId, JSON.stringify(change));
}
