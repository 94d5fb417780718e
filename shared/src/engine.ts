// What the service decides with, and nothing that stores or sends: `TenantTx` and the routes are around it there, memory in
// `@backhaul/sdk/testing`. No client needs it.
export type { NewConflict, NewConflictSide, ReplayedConflict } from './engine/conflicts/new-conflict.ts';
export { personOf } from './engine/conflicts/person-of.ts';
export { type ConflictFacts, type ConflictReader, peopleIn, summarise } from './engine/conflicts/summarise.ts';
export type { FieldChanges, HistoryEntry } from './engine/history-entry.ts';
export { type OpenedRecord, projectRecord, type WireRecord } from './engine/projection/project-record.ts';
export {
  createView,
  type NamedQuery,
  type OwnedQuery,
  type View,
  type Viewer,
  viewQueries,
} from './engine/projection/view.ts';
export {
  answerPage,
  emptyPage,
  exitsAfter,
  isUpToDate,
  type Page,
  type PageAnswer,
  type SeenExit,
  type SeenRow,
} from './engine/pull/answer-page.ts';
export { type ClockState, type PlannedPull, planPull, type PullPlan } from './engine/pull/plan-pull.ts';
export { admitChange, type AdmitContext, type ChangeIdentity } from './engine/push/admit.ts';
export { type Answerable, answeredPeople, answeredRecords, answerPush, type Replays } from './engine/push/answer.ts';
export { authoriseCreate, authoriseMerge, authoriseRead, mayWrite } from './engine/push/authorise.ts';
export { believedCreations, creationsToBelieve } from './engine/push/believed-creations.ts';
export {
  type AcceptedChange,
  type AdmittedChange,
  type AuditedWrite,
  type Author,
  type Base,
  type ChangeOutcome,
  type DecidableChange,
  refuseInternally,
  reject,
  type RejectedChange,
  type Writer,
} from './engine/push/change.ts';
export { conflictForSender } from './engine/push/conflict-for-sender.ts';
export { type ConflictContext, conflictRows } from './engine/push/conflict-rows.ts';
export { completeValues, missingFields } from './engine/push/create.ts';
export { cleanReport, isClockOffset, measureClockOffset } from './engine/push/device-facts.ts';
export { distrustFuture } from './engine/push/distrust-future.ts';
export {
  foldChanges,
  type FoldContext,
  type Folded,
  type FoldProgress,
  type WrittenRecord,
} from './engine/push/fold.ts';
export { membersWithNewScope } from './engine/push/members-with-new-scope.ts';
export { NamedInProgress, namedQueriesOf, namedState, type NamedState } from './engine/push/named-in-progress.ts';
export { newReceipts } from './engine/push/new-receipts.ts';
export { describeFaults, echoed, fault, type Fault, parsePayload } from './engine/push/parse-payload.ts';
export {
  changesOfOwned,
  lookupsOfTurned,
  type OwnedLookup,
  type OwnedRecord,
  serviceFor,
} from './engine/push/owned-records.ts';
export {
  historyQueries,
  type HistoryQuery,
  type PushState,
  recordKey,
  type RecordKey,
  referencesOf,
} from './engine/push/push-state.ts';
export type { Receipt } from './engine/push/receipt.ts';
export { resolveBase } from './engine/push/resolve-base.ts';
export {
  keyedExits,
  movesOfOwned,
  type NamedPair,
  type NameMove,
  nameMoves,
  type OwnerMoves,
  ownerMoves,
  type ScopeExit,
  type UnstampedExit,
} from './engine/push/scope-moves.ts';
export { type SettledMoves, settleScopeMoves } from './engine/push/settle-scope-moves.ts';
export { type ReplayedChange, type Settled, sortByReceipt } from './engine/push/sort-by-receipt.ts';
export { type UniqueOwners, UniqueOwnersInProgress } from './engine/push/unique-owners.ts';
export { startClock, type TenantClock } from './engine/tenant-clock.ts';
