/** Mail of a development service: kept in memory, newest first, and gone with the process. */
export interface Mailbox {
  deliver(mail: Omit<Mail, 'id' | 'at'>): void;
  list(): readonly Mail[];
}

export interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** ISO-8601 UTC. */
  readonly at: string;
}

const KEPT = 200;

export function createMailbox({ now, newId }: { now: () => Date; newId: () => string }): Mailbox {
  const mails: Mail[] = [];
  return {
    deliver(mail) {
      mails.unshift({ ...mail, id: newId(), at: now().toISOString() });
      mails.length = Math.min(mails.length, KEPT);
    },
    list: () => [...mails],
  };
}
