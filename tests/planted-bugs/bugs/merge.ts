import type { BugGroup } from '../planted-bug.ts';

const MERGE = 'shared/src/merge/merge-change.ts';

export const MERGE_BUGS: BugGroup = {
  part: 'Merge',
  bugs: [
    {
      id: 'merge-by-whole-row',
      title: 'the later edit of a record wins as a whole, and the other device’s fields are dropped',
      breaks: ['I2', 'I5'],
      file: MERGE,
      edits: [
        {
          find: 'const edits: FieldEdit[] = [];\n',
          replace: `const edits: FieldEdit[] = [];
  const newest = Object.values(stored.fieldVersions).reduce((a, b) => (b.version > a.version ? b : a));
  if (isUnseen(newest, change) && !ranksAbove(change, rankOf(newest))) return NOTHING;
`,
        },
      ],
    },
    {
      id: 'base-is-current',
      title: 'an edit counts as made on the record as it is now, so what it overwrites is not logged',
      breaks: ['I5'],
      file: 'shared/src/engine/push/resolve-base.ts',
      edits: [{ find: 'return change.base.version;', replace: 'return stored.updatedAt;' }],
    },
    {
      id: 'overwritten-value-not-logged',
      title: 'a conflict is logged only for who loses an edit, not for whose value is overwritten',
      breaks: ['I5'],
      file: MERGE,
      edits: [
        {
          find: 'conflicts.push({ field, clientValue: to, serverValue: from, serverWrite: write, policy, winner });',
          replace:
            "if (winner === 'server') conflicts.push({ field, clientValue: to, serverValue: from, serverWrite: write, policy, winner });",
        },
      ],
    },
    {
      id: 'delete-over-unseen-edit-not-logged',
      title: 'a deletion takes edits along that its author had not seen, and logs nothing',
      breaks: ['I5'],
      file: MERGE,
      edits: [
        {
          find: 'const conflicts = unseenFields(stored, change).map((field) => loss(field, lastWrite(stored, field)));',
          replace: 'const conflicts: FieldConflict[] = [];',
        },
      ],
    },
    {
      id: 'unchanged-edit-revives',
      title: 'an edit that changes nothing brings a deleted record back',
      breaks: ['I8'],
      file: MERGE,
      edits: [
        {
          find: "stored.deletedAt !== null && (edits.length > 0 || change.op === 'revive');",
          replace: 'stored.deletedAt !== null;',
        },
      ],
    },
    {
      id: 'edit-does-not-revive',
      title: 'an edit of a record that somebody else has deleted is written into the tombstone and never seen again',
      breaks: ['I2', 'I5'],
      file: MERGE,
      edits: [
        {
          find: "stored.deletedAt !== null && (edits.length > 0 || change.op === 'revive');",
          replace: "stored.deletedAt !== null && change.op === 'revive';",
        },
      ],
    },
    {
      id: 'field-version-not-written',
      title: 'who wrote a field last is not noted, so the next conflict in it goes unseen',
      breaks: ['I5'],
      file: 'shared/src/merge/apply-merge.ts',
      edits: [{ find: 'fieldVersions[field] = inheritRank(write, lastWrite(stored, field));', replace: '' }],
    },
  ],
};
