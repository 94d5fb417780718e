import { once } from 'node:events';
import { createServer, Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { RequestFault, RequestFaultKind } from './fault.ts';
import type { Line } from './line.ts';

/** Names the tab that a request comes from, so that the proxy finds its line; the service never sees it. */
export const LINE_HEADER = 'x-simulated-line';
/** Names the request itself, so that the proxy knows when it has arrived. */
export const REQUEST_HEADER = 'x-simulated-request';

export interface ProxyParts {
  /** Where an instance of the service listens; waits while it restarts. */
  readonly upstream: (where: number) => Promise<{ readonly port: number }>;
  readonly lines: ReadonlyMap<string, Line>;
  readonly happened: (kind: RequestFaultKind) => void;
  /** Sees every request that reaches the proxy, and every whole answer that a device gets. */
  readonly onRequest: (line: string, request: Captured) => void;
}

export interface Captured {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

interface Message extends Captured {
  readonly headers: IncomingMessage['headers'];
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Everything between the devices and the service: real sockets on both sides, and every fault of a line. */
export class FaultProxy {
  readonly #parts: ProxyParts;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  readonly #server = createServer((request, response) => this.#follow(this.#serve(request, response)));
  /** What may still reach the service, or is being served, although a device that has died waits for none of it. */
  readonly #underway = new Set<Promise<unknown>>();
  /** By the name of a request that has left a tab. */
  readonly #arrivals = new Map<string, () => void>();
  /** Requests that arrive later than the device believes. */
  readonly #late: { readonly kind: RequestFaultKind; readonly message: Message }[] = [];
  #turns = 0;
  #listeners: (() => void)[] = [];

  constructor(parts: ProxyParts) {
    this.#parts = parts;
    this.#server.keepAliveTimeout = 0;
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves when the service has answered something from now on. */
  answered(): Promise<void> {
    return new Promise((resolve) => this.#listeners.push(resolve));
  }

  /** A request leaves a tab, which may die before it arrives; `over` settles when it can arrive no more. */
  sent(request: string, over: Promise<unknown>): void {
    const arrived = new Promise<void>((resolve) => this.#arrivals.set(request, resolve));
    this.#follow(Promise.race([arrived, over]).finally(() => this.#arrivals.delete(request)));
  }

  #follow(work: Promise<unknown>): void {
    const followed = work.catch(() => undefined).finally(() => this.#underway.delete(followed));
    this.#underway.add(followed);
  }

  /** Lets everything arrive that is still on its way, and the service come to its end with it. */
  async deliverLate(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
    for (const { kind, message } of this.#late.splice(0)) {
      await this.#forward(message).catch(() => null);
      this.#parts.happened(kind);
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#agent.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A connection of its own for each request: a broken one disturbs no other.
    response.shouldKeepAlive = false;
    const { [LINE_HEADER]: name, [REQUEST_HEADER]: sent, ...headers } = request.headers;
    this.#arrivals.get(String(sent))?.();
    const line = this.#parts.lines.get(String(name));
    const fault = line?.take() ?? null;
    const message = {
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers,
      body: await readAll(request),
    };
    this.#parts.onRequest(String(name), message);
    try {
      if (fault === null || line === undefined) relay(response, await this.#forward(message));
      else await this.#misbehave({ fault, line, message, response });
    } catch {
      // The service's end of the line broke, and so does the device's.
      response.destroy();
    }
  }

  async #misbehave({ fault, line, message, response }: Misbehaviour): Promise<void> {
    const { kind, where, silent } = fault;
    const happened = (): void => this.#parts.happened(kind);
    const cut = (): void => (silent ? line.giveUp() : void response.destroy());
    switch (kind) {
      case 'lostRequest':
        happened();
        return cut();
      case 'lostAnswer':
        await this.#forward(message);
        happened();
        return cut();
      case 'duplicate': {
        const [first] = await Promise.all([this.#forward(message), this.#forward(message)]);
        happened();
        return relay(response, first);
      }
      case 'lateDuplicate':
        this.#late.push({ kind, message });
        return relay(response, await this.#forward(message));
      case 'delayed':
        this.#late.push({ kind, message });
        return cut();
      case 'reordered':
        await this.#letOthersPass();
        happened();
        return relay(response, await this.#forward(message));
      case 'cutRequest':
        await this.#forwardPart(message, where);
        happened();
        return cut();
      case 'cutAnswer':
      case 'dripTimeout': {
        const answer = await this.#forward(message);
        happened();
        response.writeHead(answer.status, answer.headers);
        response.write(answer.body.subarray(0, Math.floor(where * answer.body.length)));
        await turn();
        return kind === 'dripTimeout' ? line.giveUp() : void response.destroy();
      }
      case 'slowDrip': {
        const answer = await this.#forward(message);
        happened();
        return drip(response, answer);
      }
      case 'error500':
        happened();
        return refuse(response, 500, 'INTERNAL');
      case 'errorAfterEffect':
        await this.#forward(message);
        happened();
        // As a gateway in between answers that has given up on the service.
        return refuse(response, 502, null);
      case 'rateLimited':
        happened();
        return refuse(response, 429, 'RATE_LIMITED', { 'retry-after': String(1 + Math.floor(where * 60)) });
      case 'unauthenticated':
        happened();
        return refuse(response, 401, where < 0.5 ? 'TOKEN_EXPIRED' : 'UNAUTHENTICATED');
      case 'captivePortal':
        happened();
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<html><body>Welcome to our hotel. Please accept the terms.</body></html>');
        return;
    }
  }

  /** Until others have been answered, or nothing else is on its way. */
  async #letOthersPass(): Promise<void> {
    const before = this.#turns;
    for (let waited = 0; waited < 200 && this.#turns === before; waited += 1) await turn();
  }

  async #forward(message: Message): Promise<Answer> {
    const answer = await this.#send(message, message.body.length);
    this.#turns += 1;
    for (const listener of this.#listeners.splice(0)) listener();
    return answer;
  }

  /** The service sees a body that ends before its length. */
  async #forwardPart(message: Message, where: number): Promise<void> {
    await this.#send(message, Math.floor(where * message.body.length)).catch(() => null);
  }

  async #send({ method, path, headers, body }: Message, bytes: number): Promise<Answer> {
    const { port } = await this.#parts.upstream(Math.abs(hash(path + String(headers['x-device-id']))) / 2 ** 31);
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        { host: '127.0.0.1', port, method, path, headers, agent: this.#agent },
        (incoming) => {
          readAll(incoming).then(
            (answer) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: answer }),
            reject,
          );
        },
      );
      outgoing.on('error', reject);
      if (bytes === body.length) return void outgoing.end(body);
      outgoing.write(body.subarray(0, bytes), () => outgoing.destroy(new Error('cut')));
      if (bytes === 0) outgoing.destroy(new Error('cut'));
    });
  }
}

interface Misbehaviour {
  readonly fault: RequestFault;
  readonly line: Line;
  readonly message: Message;
  readonly response: ServerResponse;
}

function relay(response: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _, connection: __, 'keep-alive': ___, ...rest } = headers;
  response.writeHead(status, { ...rest, 'content-length': body.length });
  response.end(body);
}

async function drip(response: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  const { 'transfer-encoding': _, connection: __, 'keep-alive': ___, ...rest } = headers;
  response.writeHead(status, { ...rest, 'content-length': body.length });
  const size = Math.max(1, Math.ceil(body.length / 12));
  for (let at = 0; at < body.length; at += size) {
    response.write(body.subarray(at, at + size));
    await turn();
  }
  response.end();
}

function refuse(response: ServerResponse, status: number, code: string | null, headers: object = {}): void {
  const body = code === null ? 'Bad Gateway' : JSON.stringify({ error: { code, message: 'Simulated', details: {} } });
  response.writeHead(status, { 'content-type': code === null ? 'text/plain' : 'application/json', ...headers });
  response.end(body);
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Spreads lines over the instances, the same way in every run. */
function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index += 1) value = (Math.imul(value, 31) + text.charCodeAt(index)) | 0;
  return value;
}
