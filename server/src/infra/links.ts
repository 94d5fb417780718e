/** Addresses of this service as people outside reach it. */
export interface Links {
  /** Without a slash at its end. */
  readonly base: () => string;
  /** The page behind a message. */
  readonly letter: (token: string) => string;
  /** The file that went along with a message. */
  readonly letterFile: (token: string) => string;
  /** The page on which what it names is disputed. */
  readonly dispute: (token: string) => string;
}

export interface ListeningLinks extends Links {
  /** Where it is reached, unless a public address was given: on any free port, that is known only now. */
  readonly listensAt: (address: string) => void;
}

export function createLinks(publicUrl: string | null, expected: string): ListeningLinks {
  let address = expected;
  const base = (): string => publicUrl ?? address;
  return {
    base,
    letter: (token) => `${base()}/i/${token}`,
    letterFile: (token) => `${base()}/i/${token}/file`,
    dispute: (token) => `${base()}/d/${token}`,
    listensAt(actual) {
      address = actual;
    },
  };
}
