import { findChargedTasks, findTasksNamedTwice, readCharges, type TenantTx } from '@backhaul/db';
import type { RecordId } from '@backhaul/shared';
import type { Services } from '../../../services.ts';
import { textOf } from '../text-of.ts';
import type { EntryPlanInput } from './entry-plan.ts';
import type { EntryKind, Period } from './generate-entries.ts';
import type { CompletedTask } from './price-task.ts';
import { readMany } from './read-many.ts';

/** Who has these tasks and those that several entries name, one of the period, whatever period the tasks and the others are of. Under the lock. */
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
  const party = partyId === null ? {} : { [partyField]: partyId };
  const named = await findTasksNamedTwice(tx, { kind, from, to, ...party });
  const own = new Set<string>(tasks.map(({ id }) => id));
  const twice = named.filter(({ taskId }) => !own.has(taskId));
  const taskIds = [...own, ...twice.map(({ taskId }) => taskId)] as RecordId[];
  const issued = new Set<string>();
  const charged = new Map<string, RecordId[]>();
  const before = new Map<string, { readonly entryId: RecordId; readonly number: string | null }>();
  for (const { taskId, entryId, standing, number } of await findChargedTasks(tx, { kind, taskIds })) {
    if (standing === 'issued') issued.add(taskId);
    if (standing !== 'gone') charged.set(taskId, [...(charged.get(taskId) ?? []), entryId]);
    else if (!issued.has(taskId) && !before.has(taskId)) before.set(taskId, { entryId, number });
  }
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
