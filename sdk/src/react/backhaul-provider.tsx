import type { ClientDomain } from '@backhaul/shared';
import { type ReactElement, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { BackhaulDatabase } from '../database-types.ts';
import { openBackhaul } from '../open-backhaul.ts';
import type { BackhaulOptions } from '../options.ts';
import { BackhaulContext } from './backhaul-context.ts';
import { borrowed, createLifetime, type Lifetime } from './lifetime.ts';
import { messagesFor } from './messages/messages-for.ts';
import type { Messages } from './messages/messages.ts';
import { useOpening } from './use-opening.ts';

interface ProviderParts {
  readonly children?: ReactNode;
  /** Shown until the database is open, and by a server that renders the app. Default nothing. */
  readonly fallback?: ReactNode;
  /** Shown when it does not open. By default the error is thrown to the nearest error boundary. */
  readonly failed?: (failure: OpenFailure) => ReactNode;
  /** Default: of the options' `language`, else Spanish where that is the browser's, else English. */
  readonly messages?: Messages;
}

export interface OpenFailure {
  readonly error: unknown;
  /** `null`: the database was opened by somebody else, who has to open another. */
  readonly retry: (() => void) | null;
}

/** The provider opens the database, and closes it when it goes. */
interface OpensDatabase<D extends ClientDomain> extends ProviderParts {
  readonly domain: D;
  /**
   * Another URL, tenant, user or name, like another domain, opens another database. `getToken` is always the latest; all
   * other options count when the database is opened.
   */
  readonly options: BackhaulOptions;
  readonly database?: undefined;
}

/** Somebody else opens and closes the database. */
interface GivenDatabase<D extends ClientDomain> extends ProviderParts {
  readonly database: BackhaulDatabase<D> | Promise<BackhaulDatabase<D>>;
  /** Lets the parts offer inputs that fit the declared fields. */
  readonly domain?: D;
  readonly options?: undefined;
}

export type BackhaulProviderProps<D extends ClientDomain = ClientDomain> = OpensDatabase<D> | GivenDatabase<D>;

/** Gives the components inside a database that is open. */
export function BackhaulProvider<D extends ClientDomain>(props: BackhaulProviderProps<D>): ReactElement {
  if (opens(props)) return <Opened {...props} />;
  const { database } = props;
  return isPromise(database) ? <Awaited {...props} database={database} /> : <Shown {...props} db={database} />;
}

function Opened<D extends ClientDomain>(props: OpensDatabase<D>): ReactElement {
  const { domain, options } = props;
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  }, [options]);
  const [attempt, setAttempt] = useState(0);
  const { url, tenantId, userId, name } = options;
  const lifetime = useMemo(
    () =>
      createLifetime(
        () =>
          openBackhaul(domain, {
            ...latest.current,
            getToken: (request) => latest.current.getToken(request),
          }),
        (db) => db.sync.close(),
      ),
    // A new attempt, too, is another lifetime.
    [domain, url, tenantId, userId, name, attempt],
  );
  const { messages = messagesFor(options.language) } = props;
  return <Waiting {...props} messages={messages} lifetime={lifetime} retry={() => setAttempt(attempt + 1)} />;
}

function Awaited<D extends ClientDomain>(
  props: ProviderParts & { readonly database: Promise<BackhaulDatabase<D>>; readonly domain?: D },
): ReactElement {
  const lifetime = useMemo(() => borrowed(props.database), [props.database]);
  return <Waiting {...props} lifetime={lifetime} retry={null} />;
}

interface WaitingProps<D extends ClientDomain> extends ProviderParts {
  readonly domain?: D;
  readonly lifetime: Lifetime<BackhaulDatabase<D>>;
  readonly retry: (() => void) | null;
}

function Waiting<D extends ClientDomain>({ lifetime, retry, ...props }: WaitingProps<D>): ReactElement {
  const opening = useOpening(lifetime);
  if (opening.kind === 'ready') return <Shown {...props} db={opening.value} />;
  if (opening.kind === 'opening') return <>{props.fallback}</>;
  const { error } = opening;
  if (!props.failed) throw error;
  return <>{props.failed({ error, retry })}</>;
}

function Shown<D extends ClientDomain>({
  db,
  domain,
  messages,
  children,
}: ProviderParts & { readonly db: BackhaulDatabase<D>; readonly domain?: D }): ReactElement {
  const value = useMemo(
    () => ({
      db: db as unknown as BackhaulDatabase,
      domain: domain ?? null,
      messages: messages ?? messagesFor(undefined),
    }),
    [db, domain, messages],
  );
  return <BackhaulContext.Provider value={value}>{children}</BackhaulContext.Provider>;
}

function opens<D extends ClientDomain>(props: BackhaulProviderProps<D>): props is OpensDatabase<D> {
  return props.database === undefined;
}

function isPromise<T extends object>(value: T | Promise<T>): value is Promise<T> {
  return 'then' in value;
}
