import type { ResolvedOptions } from '../options.ts';
import type { SyncStatus } from '../status/sync-status.ts';
import { hold } from './locks.ts';

/** What the tab that syncs for all knows, and the others can not see. */
export type LeaderView = Pick<SyncStatus, 'phase' | 'live' | 'error'>;

export interface LeadershipParts {
  readonly options: Pick<ResolvedOptions, 'locks' | 'openChannel' | 'databaseName' | 'signals' | 'timers'>;
  /** This tab now syncs by itself, or does not any more. */
  readonly onLead: (leads: boolean) => void;
  /** What the leader says, when it is another tab. */
  readonly onView: (view: LeaderView) => void;
  /** Of this tab. */
  readonly view: () => LeaderView;
}

/**
 * One tab of those that share a local database syncs by itself: the holder of a Web Lock. A tab that dies gives it up to the
 * next that waits. A tab that somebody looks at takes it from one that is hidden, or that a phone has put to sleep: those get no
 * stream, and little time.
 */
export interface Leadership {
  /** Whether this tab may lead at all; one that is stopped leaves it to the others. */
  seek(wanted: boolean): void;
  /** This tab's view may have changed. */
  tell(): void;
  /** The tab was shown or hidden. */
  look(): void;
  close(): void;
}

type Message =
  | { readonly kind: 'who' }
  | { readonly kind: 'leads'; readonly view: LeaderView; readonly visible: boolean };

/** Milliseconds that a leader has to answer. It needs one or two, unless it is frozen. */
const PATIENCE = 1_000;

export function createLeadership({ options, onLead, onView, view }: LeadershipParts): Leadership {
  const { locks, databaseName, signals, timers } = options;
  const channel = options.openChannel?.(`${databaseName}:tabs`) ?? null;
  let seeking: AbortController | null = null;
  let leads = false;
  let told = '';
  let cancelWait = (): void => undefined;

  const say = (message: Message): void => channel?.postMessage(message);

  function lead(value: boolean): void {
    cancelWait();
    if (leads === value) return;
    leads = value;
    told = '';
    onLead(value);
    tell();
  }

  function queue(steal: boolean): void {
    const own = seeking;
    if (own === null) return;
    if (locks === null) return lead(true);
    const onStolen = (): void => {
      if (seeking !== own) return;
      lead(false);
      queue(false);
    };
    hold(locks, `${databaseName}:leader`, { signal: own.signal, steal, onStolen }).then(
      () => seeking === own && lead(true),
      ignoreAbort,
    );
  }

  /** Gives its place in the queue up, or it would be granted the lock once more when it lets go of it. */
  function seize(): void {
    if (seeking === null || leads || !signals.isVisible()) return;
    seeking.abort();
    seeking = new AbortController();
    queue(true);
  }

  function ask(): void {
    if (channel === null || seeking === null || leads) return;
    cancelWait();
    say({ kind: 'who' });
    if (signals.isVisible()) cancelWait = timers.after(PATIENCE, seize);
  }

  function tell(): void {
    if (!leads) return;
    const { phase, live, error } = view();
    const message: Message = { kind: 'leads', view: { phase, live, error }, visible: signals.isVisible() };
    const text = JSON.stringify(message);
    if (text === told) return;
    told = text;
    say(message);
  }

  channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'who') {
      told = '';
      return tell();
    }
    if (leads) return;
    cancelWait();
    onView(data.view);
    if (!data.visible) seize();
  });

  return {
    seek(wanted) {
      if (wanted === (seeking !== null)) return;
      if (!wanted) {
        seeking?.abort();
        seeking = null;
        return lead(false);
      }
      seeking = new AbortController();
      queue(false);
      ask();
    },
    tell,
    look: () => (leads ? tell() : ask()),
    close() {
      seeking?.abort();
      seeking = null;
      leads = false;
      cancelWait();
      channel?.close();
    },
  };
}

/** Giving up before one's turn is the only way in which waiting for leadership ends early. */
function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
}
