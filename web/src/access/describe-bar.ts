import type { SyncStatus } from '@backhaul/sdk';

type Reason = NonNullable<SyncStatus['barred']>;

/** Why somebody sees nothing any more, and what they can do about it. */
export function describeBar(reason: Reason, tenant: string): { readonly title: string; readonly lead: string } {
  switch (reason) {
    case 'revoked':
      return {
        title: 'This device was removed',
        lead: `A manager of ${tenant} has removed it, so nothing of the business is kept here. To use it again, sign out and sign in.`,
      };
    case 'removed':
      return {
        title: 'You are not a member any more',
        lead: `A manager has ended your membership in ${tenant}, so nothing of it is kept here. If that was a mistake, ask to be invited again.`,
      };
    case 'disabled':
      return {
        title: 'Your access is switched off',
        lead: `A manager of ${tenant} has switched it off, so nothing is kept here for now. Once it is on again, everything comes back by itself.`,
      };
    case 'signedOut':
      return { title: 'Signed out', lead: `Another tab has left ${tenant} on this device.` };
  }
}

/** What became of work that had not been sent. */
export function describeSetAside({ waiting, handedOver, lapsed }: SyncStatus['setAside'], online: boolean): string[] {
  if (waiting + handedOver + lapsed === 0) return ['Every change you had entered was sent before that.'];
  return [
    ...(handedOver > 0
      ? [
          `${changes(handedOver)} that had not been sent ${are(handedOver)} with the managers now, who decide about ${them(handedOver)}.`,
        ]
      : []),
    ...(waiting > 0
      ? [
          `${changes(waiting)} that had not been sent ${are(waiting)} kept on this device, out of sight, and ${online ? (waiting === 1 ? 'is' : 'are') : 'will be'} handed over to the managers${online ? '' : ' when there is a network'}.`,
        ]
      : []),
    ...(lapsed > 0
      ? [`${changes(lapsed)} could not be handed over for too long and ${lapsed === 1 ? 'was' : 'were'} deleted.`]
      : []),
  ];
}

/** What became of files that had not been sent: nobody takes them over. */
export function describeFiles(kept: number, lost: number): string[] {
  return [
    ...(kept > 0
      ? [
          `${files(kept)} that had not been sent ${are(kept)} kept on this device until you are let in again. Signing out deletes ${them(kept)}.`,
        ]
      : []),
    ...(lost > 0
      ? [`${files(lost)} that had not been sent ${lost === 1 ? 'was' : 'were'} deleted with everything else.`]
      : []),
  ];
}

/** What became of messages to customers that had not been sent: nobody takes them over, either. */
export function describeMessages(lost: number): string[] {
  if (lost === 0) return [];
  return [
    `${lost} ${lost === 1 ? 'message to a customer' : 'messages to customers'} had not been sent, and ${lost === 1 ? 'was' : 'were'} given up. Ask for ${them(lost)} again once you are let in.`,
  ];
}

const files = (count: number): string => `${count} ${count === 1 ? 'file' : 'files'}`;
const changes = (count: number): string => `${count} ${count === 1 ? 'change' : 'changes'}`;
const are = (count: number): string => (count === 1 ? 'is' : 'are');
const them = (count: number): string => (count === 1 ? 'it' : 'them');
