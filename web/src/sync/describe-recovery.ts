import type { SyncStatus } from '@backhaul/sdk';

type Recovery = NonNullable<SyncStatus['recovery']>;

const REASONS: { readonly [R in Recovery['reason']]: string } = {
  corrupt: 'This browser could not read its copy of the business any more.',
  downgraded: 'An older version of this app could not read the copy that a newer one had left in this browser.',
  evicted: 'This browser deleted its copy of the business, as browsers do when space runs out.',
};

/** What happened to the local copy, and what became of work that had not been sent. */
export function describeRecovery({ reason, saved, lost, isLeast = false }: Recovery): string {
  return [
    `${REASONS[reason]} Everything that had been sent comes from the service again.`,
    ...(saved > 0 ? [`${changes(saved)} that had not been sent ${saved === 1 ? 'goes' : 'go'} on from here.`] : []),
    ...(lost > 0
      ? [
          `${isLeast ? 'At least ' : ''}${changes(lost)} that had not been sent could not be saved. Please look through your work.`,
        ]
      : []),
  ].join(' ');
}

const changes = (count: number): string => `${count} ${count === 1 ? 'change' : 'changes'}`;
