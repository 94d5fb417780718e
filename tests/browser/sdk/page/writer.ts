import type { PageDatabase } from './page.ts';

declare global {
  /** The test's own: hears it at once, even if the page dies with the next breath. */
  function tell(what: 'stored' | 'noted', id: string, title: string): void;
}

/** Somebody who types all the time, for as long as the page lives, and tells the test what was stored. */
export function createWriter(database: () => PageDatabase) {
  let ended = new AbortController();
  let finished: Promise<void> = Promise.resolve();

  async function write(name: string, pause: number, { signal }: AbortController): Promise<void> {
    for (let count = 0; !signal.aborted; count += 1) {
      const title = `${name} ${count}`;
      const { tasks } = database();
      const id = await tasks.add({ title, date: '2026-11-25', status: 'scheduled' });
      tell('stored', id, title);
      await tasks.update(id, { notes: `note of ${title}` });
      tell('noted', id, title);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  return {
    /** `pause`: milliseconds between two records. */
    start(name: string, pause: number): void {
      ended = new AbortController();
      finished = write(name, pause, ended);
    },
    async stop(): Promise<void> {
      ended.abort();
      await finished;
    },
  };
}
