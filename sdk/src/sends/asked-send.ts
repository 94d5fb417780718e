import type { Channel } from '@backhaul/shared';
import type { BackhaulErrorCode } from '../errors.ts';

/** What is asked of the service; see `POST /v1/<path>/:id/send`. */
export interface SendAsk {
  readonly channels: readonly Channel[];
  /** A few words of the sender's own. */
  readonly message?: string;
  readonly includePdf?: boolean;
  /** Send although the record has an open conflict. */
  readonly force?: boolean;
  /** A file of the record, or of one that it is about; the message waits until the file is uploaded. */
  readonly attachmentId?: string;
  /** Also what the customer was sent before, if something else about the record followed it. */
  readonly again?: boolean;
}

/** A request to send a record to its customer that the service has not taken. */
export interface AskedSend {
  /** Stamped when it is asked, and the key that makes every repetition the same request. */
  readonly id: string;
  readonly path: string;
  readonly entity: string;
  readonly entityId: string;
  readonly request: SendAsk;
  /** The device's clock, ISO-8601 UTC. */
  readonly at: string;
  /** `refused`: for good; it stays until somebody asks again or discards it. */
  readonly state: 'waiting' | 'refused';
  /** Of the last answer: why it waits or was refused. `null`: none yet. */
  readonly code: BackhaulErrorCode | null;
  readonly reason: string | null;
  /** Milliseconds since 1970, as the service asked to wait; 0: any time. */
  readonly notBefore: number;
}
