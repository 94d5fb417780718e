export const TASK_STATUSES = ['scheduled', 'inProgress', 'completed', 'canceled'] as const;

/** What an app may offer next. Not enforced: two honest offline edits can merge into a step this graph does not have. */
export const TASK_TRANSITIONS = {
  scheduled: ['inProgress', 'completed', 'canceled'],
  inProgress: ['scheduled', 'completed', 'canceled'],
  completed: ['inProgress'],
  canceled: ['scheduled'],
} as const;
