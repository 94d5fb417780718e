import type { Office } from './office.ts';

interface Page {
  readonly changes: readonly {
    readonly op: string;
    readonly entity: string;
    readonly entityId: string;
    readonly updatedAt: string;
  }[];
  readonly nextCursor: string;
  readonly hasMore: boolean;
}

/** A manager's client that pulls all the time and never fails: what it has been told can be compared with what was committed. */
export class Poller {
  readonly #office: Office;
  #cursor: string | null = null;
  /** Record -> the newest version that it was told of; tombstones included. */
  readonly told = new Map<string, string>();
  /** Every version that it was ever told of, and of which record. */
  readonly versions = new Map<string, string>();

  constructor(office: Office) {
    this.#office = office;
  }

  /** Pulls until there is nothing more. */
  async poll(): Promise<void> {
    for (;;) {
      const since = this.#cursor === null ? '' : `&since=${encodeURIComponent(this.#cursor)}`;
      const answer = await this.#office.call<Page>('GET', `/v1/sync/pull?limit=20${since}`);
      if (answer === null) continue;
      if (answer.status === 410 || answer.status === 409) {
        // Purged past its place: as any client, it begins again.
        this.#cursor = null;
        this.told.clear();
        continue;
      }
      if (answer.status !== 200) return;
      for (const { entity, entityId, updatedAt } of answer.body.changes) {
        const key = `${entity}/${entityId}`;
        const before = this.told.get(key);
        if (before === undefined || updatedAt > before) this.told.set(key, updatedAt);
        this.versions.set(updatedAt, key);
      }
      this.#cursor = answer.body.nextCursor;
      if (!answer.body.hasMore) return;
    }
  }

  get position(): string | null {
    return this.#cursor;
  }
}
