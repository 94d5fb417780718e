/** The server's end of a stream, for tests. */
export class ScriptedStream {
  readonly response: Response;
  /** Resolves when the device has hung up. */
  readonly hungUp: Promise<void>;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  constructor(headers: Record<string, string> = { 'content-type': 'text/event-stream; charset=utf-8' }) {
    let hangUp = (): void => undefined;
    this.hungUp = new Promise((resolve) => {
      hangUp = resolve;
    });
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => hangUp(),
    });
    this.response = new Response(body, { status: 200, headers });
  }

  /** The first bytes, which the service sends with the headers, and its heartbeats. */
  comment(): this {
    return this.write(':\n\n');
  }

  event(name: string, data: object): this {
    return this.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  write(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }

  bytes(bytes: Uint8Array): this {
    this.#controller?.enqueue(bytes);
    return this;
  }

  /** Whether the device has taken all of it. */
  get isRead(): boolean {
    return this.#controller?.desiredSize === 1;
  }

  end(): void {
    this.#controller?.close();
  }

  break(): void {
    this.#controller?.error(new TypeError('the line broke'));
  }
}
