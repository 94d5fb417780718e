import { findChargedTasks, findPeriodTasks, readCharges, type TenantTx } from '@backhaul/db';
import type { RecordId } from '@backhaul/shared';
import type { Services } from '../../../services.ts';
import { textOf } from '../text-of.ts';
import type { EntryPlanInput } from './entry-plan.ts';
import type { EntryKind, Period } from './generate-entries.ts';
import type { CompletedTask } from './price-task.ts';
import { readMany } from './read-many.ts';

/** Who has these tasks and those that entries of the period name, whatever period the tasks and the others are of. Under the lock. */
export async function readTaskCharges(
  services: Services,
  tx: TenantTx,
  {
    kind: { kind, partyField },
    order: { from, to },
    partyId,
    tasks,
  }: {
    readonly kind: EntryKind;
    readonly order: Period;
    readonly partyId: RecordId | null;
    readonly tasks: readonly CompletedTask[];
  },
): Promise<Pick<EntryPlanInput, 'charged' | 'before' | 'named'>> {
  await readCharges(tx);
  const own = new Set<string>(tasks.map(({ id }) => id));
  const party = partyId === null ? {} : { [partyField]: partyId };
  const named = (await findPeriodTasks(tx, { kind, from, to, ...party })).filter(({ taskId }) => !own.has(taskId));
  const taskIds = [...tasks.map(({ id }) => id), ...named.map(({ taskId }) => taskId)];
  const charged = new Map<string, RecordId[]>();
  const before = new Map<string, { readonly entryId: RecordId; readonly number: string | null }>();
  for (const { taskId, entryId, standing, number } of await findChargedTasks(tx, { kind, taskIds })) {
    if (standing !== 'gone') charged.set(taskId, [...(charged.get(taskId) ?? []), entryId]);
    else if (!before.has(taskId)) before.set(taskId, { entryId, number });
  }
  const twice = named.filter(({ taskId }) => (charged.get(taskId)?.length ?? 0) > 1);
  const records = await readMany(
    services,
    tx,
    'task',
    twice.map(({ taskId }) => taskId),
  );
  const values = new Map(records.map((record) => [record.id, record.values]));
  return {
    charged,
    before,
    // A task that was purged is named as its line does.
    named: twice.map(({ taskId, description }) => ({
      taskId,
      title: textOf(values.get(taskId) ?? {}, 'title') ?? description,
      date: textOf(values.get(taskId) ?? {}, 'date') ?? from,
    })),
  };
}
