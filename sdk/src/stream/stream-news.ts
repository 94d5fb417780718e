import type { PullResponse } from '@backhaul/shared';
import { isPullResponse } from '../transport/read-answer.ts';

/** What a stream says, as far as it can be used. */
export type StreamMessage =
  | { readonly kind: 'changes'; readonly news: StreamNews }
  | { readonly kind: 'poke' }
  | { readonly kind: 'revoked' };

/** The changes from one position of the tenant's order to another. */
export interface StreamNews extends PullResponse {
  readonly since: string;
}

/** `null`: an event that this app does not know. News that cannot be read is a poke: a pull brings it, or says what is wrong. */
export function readMessage(event: string | undefined, data: string): StreamMessage | null {
  if (event === 'poke' || event === 'revoked') return { kind: event };
  if (event !== 'changes') return null;
  const news = parse(data);
  return isPullResponse(news) && typeof (news as { since?: unknown }).since === 'string' && !news.hasMore
    ? { kind: 'changes', news: news as StreamNews }
    : { kind: 'poke' };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
