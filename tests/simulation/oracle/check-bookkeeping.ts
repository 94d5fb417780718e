import type { Evidence } from './evidence.ts';

/** I3, I4: versions are unique, a change has one effect, and receipts, audit and rows tell the same. */
export async function checkBookkeeping({ world, history, truth }: Evidence): Promise<void> {
  const { violation } = world;
  const once = new Set<string>();
  for (const { createdAt } of [...history.audit, ...history.conflicts]) {
    if (once.has(createdAt)) violation('I4', `version ${createdAt} was given twice`);
    once.add(createdAt);
  }
  const rowVersions = new Map<string, string>();
  for (const [key, { updatedAt }] of truth.stored) {
    const other = rowVersions.get(updatedAt);
    if (other !== undefined) violation('I4', `${key} and ${other} have one version, ${updatedAt}`);
    rowVersions.set(updatedAt, key);
  }
  const effects = new Map<string, string>();
  for (const { changeId, createdAt, entity, entityId } of history.effects) {
    if (changeId === null) continue;
    const first = effects.get(changeId);
    if (first !== undefined)
      violation('I3', `change ${changeId} of ${entity}/${entityId} took effect at ${first} and at ${createdAt}`);
    effects.set(changeId, createdAt);
    const receipt = history.receipts.get(changeId);
    if (!receipt) violation('I3', `change ${changeId} took effect at ${createdAt} and has no receipt`);
    else if (receipt.outcome === 'rejected' || receipt.outcome === 'unchanged') {
      violation('I3', `change ${changeId} took effect at ${createdAt}, its receipt says ${receipt.outcome}`);
    }
  }
  for (const { changeId, outcome, version, code } of history.receipts.values()) {
    if (code === 'CHANGE_ID_REUSED' || code === 'INTERNAL_CHANGE')
      violation('I3', `change ${changeId} was answered ${code}`);
    if (outcome === 'rejected' || outcome === 'unchanged') continue;
    if (!effects.has(changeId))
      violation('I2', `change ${changeId} was accepted (${outcome}, ${version}) and left no trace`);
  }
  for (const altered of world.journal.alteredAfterSending)
    violation('I3', `a change was altered after it had left: ${altered}`);
  const last = new Map<string, string>();
  for (const { entity, entityId, createdAt } of history.effects) last.set(`${entity}/${entityId}`, createdAt);
  for (const [key, { updatedAt }] of truth.stored) {
    const audited = last.get(key);
    if (audited === undefined) violation('I11', `${key} exists and nothing in the audit log has made it`);
    // A change that lost in all its fields is in the log and wrote no row; one that moved a record into a scope is not.
    else if (updatedAt > audited && !world.mayBumpVersions(key))
      violation('I11', `${key} has version ${updatedAt}, the last audited one is ${audited}`);
  }
  for (const [version, key] of world.poller.versions) {
    if (!once.has(version) && !rowVersions.has(version) && !world.mayBumpVersions(key)) {
      violation('I4', `a poller was told of version ${version}, which is nowhere any more`);
    }
  }
}
