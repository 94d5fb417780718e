import type { RecordOf } from '@backhaul/shared';
import { fieldService } from '@backhaul/shared/field-service';
import type { Tone } from '../theme.ts';
import type { Database } from '../shell/work-context.ts';

export type Task = RecordOf<(typeof fieldService)['entities']['task']>;
export type TaskStatus = Task['status'];

/** What a person usually does next, with the time it happens. */
export const NEXT_STEP: { readonly [S in TaskStatus]: { readonly label: string; readonly to: TaskStatus } | null } = {
  scheduled: { label: 'Start', to: 'inProgress' },
  inProgress: { label: 'Finish', to: 'completed' },
  completed: null,
  canceled: null,
};

export const STATUS_TONE: { readonly [S in TaskStatus]: Tone } = {
  scheduled: 'blue',
  inProgress: 'orange',
  completed: 'teal',
  canceled: 'gray',
};

/** The steps that the domain suggests from here. */
export function suggestedSteps(status: TaskStatus): readonly TaskStatus[] {
  return fieldService.entities.task.transitions?.status?.[status] as readonly TaskStatus[];
}

/** Starting and finishing a task also says when. */
export async function setStatus(db: Database, { id, status: from }: Task, to: TaskStatus): Promise<void> {
  const now = new Date().toISOString();
  const times =
    to === 'inProgress' && from === 'scheduled'
      ? { checkInTime: now }
      : to === 'completed' && from === 'inProgress'
        ? { checkOutTime: now }
        : {};
  await db.tasks.update(id, { status: to, ...times });
}
