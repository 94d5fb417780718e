import type { Domain } from '@backhaul/shared';
import { IDBFactory } from 'fake-indexeddb';
import type { DeviceFault } from '../faults/fault.ts';
import type { Line } from '../faults/line.ts';
import type { Journal } from '../oracle/journal.ts';
import { fieldKey } from '../oracle/journal.ts';
import { type LocalState, readVault, type Row, type SetAside } from './local-state.ts';
import type { Person } from './people.ts';
import { Tab } from './tab.ts';
import type { WorldClock } from './world-clock.ts';

export interface DeviceParts {
  readonly index: number;
  readonly person: Person;
  readonly tabs: number;
  readonly pullLimit: number;
  readonly domain: Domain;
  readonly url: string;
  readonly tenantId: string;
  readonly clock: WorldClock;
  readonly journal: Journal;
  readonly lines: Map<string, Line>;
  readonly random: () => number;
  readonly newId: () => string;
  readonly happened: (fault: DeviceFault) => void;
  /** Every answer that a tab has received. */
  readonly onAnswer: (path: string, answer: string) => void;
  /** Each request that leaves a tab, by its name, and when it is over. */
  readonly onSent: (request: string, over: Promise<unknown>) => void;
}

/** One installation: storage that outlives its tabs, a clock of its own, and somebody who looks at the screen. */
export class Device {
  readonly index: number;
  readonly person: Person;
  /** In the version of the app that is installed. */
  domain: Domain;
  /** Milliseconds that its clock is ahead of true time. */
  skew = 0;
  /** Of the SDK in this storage; several after the storage was lost. */
  readonly deviceIds = new Set<string>();
  tabs: Tab[] = [];
  /** Rows as they were read some time ago, for apps that put whole rows back. */
  readonly read = new Map<string, Row>();
  /** Records that were deleted here. */
  readonly deleted: { readonly entity: string; readonly id: string }[] = [];
  /** Called around each request of a tab. */
  onRequest: ((when: 'before' | 'after', request: number) => Promise<void>) | null = null;
  readonly #parts: DeviceParts;
  readonly #storage = new IDBFactory();
  #opened = 0;
  #measured: number | null = null;

  constructor(parts: DeviceParts) {
    this.#parts = parts;
    this.index = parts.index;
    this.person = parts.person;
    this.domain = parts.domain;
  }

  /** Opens all tabs. Rejects when the storage fails. */
  async open(): Promise<void> {
    this.tabs = [];
    for (let tab = 0; tab < this.#parts.tabs; tab += 1) {
      const opened = this.#newTab();
      this.tabs.push(opened);
      await opened.open();
      this.deviceIds.add(opened.db.device.id);
    }
  }

  /** Opens again every tab that has died, as after a crash of the app or a restart of the phone. */
  async reviveTabs(): Promise<void> {
    for (const [place, { life }] of this.tabs.entries()) {
      if (life.isAlive) continue;
      const opened = this.#newTab();
      await opened.open();
      this.tabs[place] = opened;
      this.deviceIds.add(opened.db.device.id);
    }
  }

  /** Closes in order, waits for what is under way, and starts again, perhaps in another version. */
  async restart(domain = this.domain): Promise<void> {
    this.domain = domain;
    for (const tab of this.tabs) {
      await Promise.race([tab.db.sync.close(), tab.life.ended]);
      tab.life.end();
    }
    await this.open();
  }

  tab(index: number): Tab {
    return this.tabs[index % this.tabs.length] as Tab;
  }

  /** The person looks at the screen: what is there has been seen. */
  async look(tab = this.tab(0)): Promise<LocalState> {
    const state = await tab.state();
    this.sawState(state);
    return state;
  }

  /** What was set aside here and still waits to be handed over. */
  vault(): Promise<SetAside[]> {
    return readVault(this.#storage, `backhaul:device${this.index}:set-aside`);
  }

  /** The person signs out, perhaps leaving work behind, and in again. */
  async signOut(unsent: 'refuse' | 'handOver' | 'keep'): Promise<void> {
    const [first] = this.tabs;
    try {
      await first?.db.sync.signOut({ unsent });
    } catch (error) {
      if ((error as { code?: string }).code === 'UNSENT_WORK') return;
      throw error;
    }
    for (const tab of this.tabs) tab.kill();
    if (unsent !== 'keep') {
      this.deleted.length = 0;
      this.read.clear();
    }
    await this.open();
  }

  sawState({ rows }: LocalState): void {
    const { journal } = this.#parts;
    const { domain } = this;
    const n = journal.next();
    for (const [entity, records] of rows) {
      const { fieldNames } = domain.entities[entity] as { fieldNames: readonly string[] };
      for (const row of records.values()) {
        for (const field of fieldNames) journal.saw(this.index, fieldKey(entity, row.id, field), row[field], n);
      }
    }
  }

  /** A cycle has ended well, so the device has measured its clock against the server's. */
  metServer(): void {
    this.#measured = this.#offset;
  }

  /** Neither clock has jumped since they were compared. */
  get knowsTime(): boolean {
    return this.#measured === this.#offset;
  }

  get #offset(): number {
    const { clock } = this.#parts;
    return clock.serverNow - (clock.now + this.skew);
  }

  elapse(milliseconds: number): void {
    for (const tab of this.tabs) tab.timers.elapse(milliseconds);
  }

  #newTab(): Tab {
    const { domain } = this;
    const { index, person, url, tenantId, pullLimit, clock, lines, random, newId, happened, onAnswer, onSent } =
      this.#parts;
    const lineName = `${index}:${(this.#opened += 1)}`;
    const tab = new Tab({
      domain,
      url,
      tenantId,
      userId: person.userId,
      token: () => person.token,
      device: `device${index}`,
      lineName,
      storage: this.#storage,
      alone: this.#parts.tabs === 1,
      pullLimit,
      now: () => clock.now + this.skew,
      random,
      newId,
      happened,
      onAnswer,
      onSent,
      onRequest: async (when, request) => this.onRequest?.(when, request),
    });
    lines.set(lineName, tab.line);
    return tab;
  }
}
