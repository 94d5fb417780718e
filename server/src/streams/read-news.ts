import { type ListeningState, readListeningDevices, type TenantTx, withTenant } from '@backhaul/db';
import type { Cursor, TenantId } from '@backhaul/shared';
import type { Services } from '../services.ts';
import { REVOKED } from './frames.ts';
import { type Listener, scopeName } from './listener.ts';
import { readScopeNews } from './read-scope-news.ts';
import type { StreamSettings } from './stream-settings.ts';

export type NewsParts = Pick<Services, 'database' | 'domain' | 'crypto' | 'now'> & {
  readonly settings: Pick<StreamSettings, 'maxRows' | 'maxBytes'>;
};

export type Verdict =
  /** Nothing to tell. */
  | { readonly kind: 'current' }
  | { readonly kind: 'news'; readonly frame: Buffer; readonly cursor: Cursor }
  | { readonly kind: 'ended'; readonly reason: EndReason; readonly lastFrame: Buffer | null };

/** Why a stream is ended by what the tenant says now; the device's next request tells it the rest. */
export type EndReason = 'revoked' | 'notAMember' | 'scopeChanged' | 'mustResync';

export interface News {
  readonly clock: Cursor;
  readonly verdicts: ReadonlyMap<Listener, Verdict>;
}

/**
 * What to tell the listeners of one tenant. Their standing, the clock and the rows are of one snapshot, so that nothing goes
 * to somebody who lost the right to it before, and everything up to the clock is told (I4, I6). One statement for the
 * listeners, and one for each scope in which they are behind. `null`: there is no such tenant.
 */
export function readNews(parts: NewsParts, tenantId: TenantId, listeners: readonly Listener[]): Promise<News | null> {
  return withTenant(
    parts.database,
    tenantId,
    async (tx) => {
      const state = await readListeningDevices(
        tx,
        listeners.map(({ deviceId }) => deviceId),
      );
      return state && { clock: state.clock, verdicts: await judge(tx, parts, state, listeners) };
    },
    { readOnly: true },
  );
}

async function judge(
  tx: TenantTx,
  parts: NewsParts,
  state: ListeningState,
  listeners: readonly Listener[],
): Promise<ReadonlyMap<Listener, Verdict>> {
  const verdicts = new Map<Listener, Verdict>();
  const staying: Listener[] = [];
  for (const listener of listeners) {
    const reason = endReason(listener, state);
    if (reason === null) staying.push(listener);
    else verdicts.set(listener, { kind: 'ended', reason, lastFrame: reason === 'revoked' ? REVOKED : null });
  }
  for (const group of Map.groupBy(staying, scopeName).values()) {
    const [{ role, keys }] = group as [Listener, ...Listener[]];
    const byCursor = Map.groupBy(group, ({ cursor }) => cursor);
    const told = await readScopeNews(tx, parts, { state, role, keys, cursors: [...byCursor.keys()] });
    for (const [cursor, verdict] of told)
      for (const listener of byCursor.get(cursor) ?? []) verdicts.set(listener, verdict);
  }
  return verdicts;
}

function endReason(listener: Listener, { devices }: ListeningState): EndReason | null {
  const device = devices.get(listener.deviceId);
  if (device?.deviceStatus === 'revoked') return 'revoked';
  if (device?.userId !== listener.userId || device.member?.status !== 'active') return 'notAMember';
  const { role, scopeVersion } = device.member;
  return role === listener.role && scopeVersion === listener.scopeVersion ? null : 'scopeChanged';
}
