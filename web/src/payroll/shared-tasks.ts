export interface SharedTasks {
  /** How many of an entry's tasks another one has, too. */
  readonly tasks: number;
  /** One of the others is paid: whoever pays this one pays twice. */
  readonly isPaid: boolean;
}

export interface EntryWithLines {
  readonly id: string;
  readonly status: string;
  readonly lineItems?: readonly { readonly taskId?: string | null }[] | null;
}

/**
 * Entries that pay tasks which others of these pay, too, by id: a draft that was deleted came back with somebody's offline edit,
 * or a line was copied. Nobody is kept from marking one as paid, which says what has happened; so it is told before.
 */
export function sharedTasks(entries: readonly EntryWithLines[]): ReadonlyMap<string, SharedTasks> {
  const holders = new Map<string, EntryWithLines[]>();
  for (const entry of entries) {
    for (const task of tasksOf(entry)) holders.set(task, [...(holders.get(task) ?? []), entry]);
  }
  return new Map(
    entries.flatMap((entry) => {
      const others = [...tasksOf(entry)].map((task) => holders.get(task)?.filter(({ id }) => id !== entry.id) ?? []);
      const tasks = others.filter(({ length }) => length > 0).length;
      return tasks === 0 ? [] : [[entry.id, { tasks, isPaid: others.flat().some(({ status }) => status === 'paid') }]];
    }),
  );
}

function tasksOf({ lineItems }: EntryWithLines): ReadonlySet<string> {
  return new Set((lineItems ?? []).flatMap(({ taskId }) => taskId ?? []));
}
