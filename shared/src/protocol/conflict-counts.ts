import { type Static, Type } from 'typebox';
import { Nullable, Uuid } from './primitives.ts';

const Count = Type.Integer({ minimum: 0 });
const Person = Type.Object({ userId: Type.String(), name: Type.String() });

/** `byEntity`, `byAuthor` and `byDevice` are of the status that was asked for, else of both. */
export const ConflictCounts = Type.Object(
  {
    open: Count,
    resolved: Count,
    /** Open ones whose policy leaves the choice to a manager. */
    mustChoose: Count,
    byEntity: Type.Record(Type.String(), Count),
    /** The 20 with the most; a conflict counts for both of its authors, and once for somebody who is both. */
    byAuthor: Type.Array(Type.Object({ ...Person.properties, count: Count })),
    byDevice: Type.Array(
      Type.Object({ device: Uuid, by: Nullable(Person), platform: Nullable(Type.String()), count: Count }),
    ),
    /** How far is counted, the newest first: a number that reaches it means that many or more. */
    limit: Count,
  },
  { $id: 'ConflictCounts' },
);
export type ConflictCounts = Static<typeof ConflictCounts>;
