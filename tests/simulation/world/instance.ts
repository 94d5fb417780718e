import type { ServerFault } from '../faults/fault.ts';

/** One instance of the service, whatever it runs in. */
export interface Instance {
  /** What happens to it next; `null`: nothing. */
  arm(fault: ServerFault | null): void;
  /** Where it listens; waits while it restarts. */
  port(): Promise<number>;
  /** A request over a line that never fails; `null` when the process ended before it answered. */
  ask(request: Request): Promise<Answer | null>;
  /** A token of the development issuer that every instance of the scenario accepts. */
  signIn(person: { readonly email: string; readonly name: string }): Promise<{ token: string; userId: string }>;
  /** Ends at once and starts again, as when a new version is deployed without patience. */
  restart(): void;
  /** Connections to the database that nobody gave back. */
  leaked(): Promise<number>;
  stop(): Promise<void>;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: object;
}

export interface Answer {
  readonly statusCode: number;
  json<Body>(): Body;
}
