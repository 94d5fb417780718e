import { Agent, get, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';

export interface BenchEvent {
  readonly event: string;
  readonly data: { readonly [key: string]: unknown };
}

const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });

/** A stream on a socket of its own; node:http, because thousands of `fetch` would weigh more than what they measure. */
export async function openBenchStream(
  address: string,
  headers: Record<string, string>,
  { since, onEvent }: { readonly since: string; readonly onEvent?: (event: BenchEvent) => void },
): Promise<{ close(): void }> {
  const query = new URLSearchParams({ since });
  const request = get(`${address}/v1/sync/stream?${query}`, { agent, headers });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  if (response.statusCode !== 200) throw new Error(`No stream: ${response.statusCode}`);
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  const parser = createParser({
    onEvent: ({ event = '', data }) => onEvent?.({ event, data: JSON.parse(data) as BenchEvent['data'] }),
  });
  response.setEncoding('utf8').on('data', (text: string) => parser.feed(text));
  return { close: () => void request.destroy() };
}
