import { type Static, Type } from 'typebox';
import { SchemaVersion } from './primitives.ts';
import { PullResponse } from './pull.ts';

/** Of a stream, as server-sent events: their `event` and the JSON of their `data`. */
export const STREAM_EVENTS = ['changes', 'poke', 'revoked'] as const;
export type StreamEventName = (typeof STREAM_EVENTS)[number];

export const StreamQuery = Type.Object({
  since: Type.Optional(
    Type.String({ description: 'The cursor that the device holds. Without one, the first event is a poke' }),
  ),
  /** Of the declaration that the device's app was built with. */
  schemaVersion: Type.Optional(SchemaVersion),
});
export type StreamQuery = Static<typeof StreamQuery>;

/** `changes`: what a pull with `since` would have answered. `hasMore` is false: longer news is a poke. */
export const StreamChanges = Type.Object(
  { since: Type.String(), ...PullResponse.properties },
  { $id: 'StreamChanges', description: 'event: changes' },
);
export type StreamChanges = Static<typeof StreamChanges>;

/** `poke`: there is something to pull. The cursor is a hint; a device never moves its own to it. */
export const StreamPoke = Type.Object({ cursor: Type.String() }, { $id: 'StreamPoke', description: 'event: poke' });
export type StreamPoke = Static<typeof StreamPoke>;

/** `revoked`: a manager has revoked this device. The last event. */
export const StreamRevoked = Type.Object({}, { $id: 'StreamRevoked', description: 'event: revoked' });
