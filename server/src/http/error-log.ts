/** What may be logged about an unforeseen error: messages can quote rows and bodies, so most stay out. */
export interface ErrorFacts {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  /** Of a database error. */
  readonly table?: string;
  readonly constraint?: string;
  readonly routine?: string;
  readonly at: readonly string[];
}

/** Their messages are the runtime's own and name code, not data. */
const PLAIN_ERRORS: ReadonlySet<string> = new Set(['TypeError', 'ReferenceError', 'RangeError']);

export function errorFacts(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const { code, table, constraint, routine } = error as {
    [key in 'code' | 'table' | 'constraint' | 'routine']?: unknown;
  };
  return {
    name: error.name,
    ...text({ code, table, constraint, routine }),
    ...(PLAIN_ERRORS.has(error.name) ? { message: error.message } : {}),
    // Only the frames: the head of a stack repeats the message.
    at: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 12)
      .map((line) => line.slice(7)),
  };
}

function text(values: { readonly [key: string]: unknown }): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
