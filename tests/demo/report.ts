import type { AuditEntry, Conflict, Json } from '@backhaul/shared';
import type { Comparison } from './records.ts';
import type { Edit } from './story.ts';

/** What happened, as data: printed with `--json`, and turned into text without. */
export interface DemoReport {
  readonly business: { readonly records: number; readonly startedIn: number; readonly seededIn: number };
  readonly devices: readonly DeviceFacts[];
  readonly rounds: readonly RoundFacts[];
  readonly conflicts: readonly Conflict[];
  readonly rejections: readonly RejectionFacts[];
  readonly audit: readonly (AuditEntry & { readonly title: string })[];
  readonly restored: RestoreFacts;
  /** Devices against the server and against each other, at the very end. */
  readonly comparisons: readonly Comparison[];
  /** Every device shows the restored value, and nothing differs anywhere. */
  readonly equal: boolean;
  readonly milliseconds: number;
}

export interface DeviceFacts {
  readonly name: string;
  readonly person: string;
  readonly role: string;
  readonly milliseconds: number;
  /** Entity -> live records after the first sync. */
  readonly counts: { readonly [entity: string]: number };
}

export interface RoundFacts {
  readonly title: string;
  readonly order: readonly string[];
  readonly edits: readonly Edit[];
  /** By device, before the network came back. */
  readonly waiting: { readonly [device: string]: { readonly pending: number; readonly error: string | null } };
  /** What became of each edited field. */
  readonly outcomes: readonly OutcomeFacts[];
}

export interface OutcomeFacts {
  readonly title: string;
  /** `(record)` for a creation or a deletion. */
  readonly field: string;
  /** By device; a device that left the field alone is absent. */
  readonly written: { readonly [device: string]: Json };
  /** On the server afterwards. */
  readonly now: Json;
}

export interface RejectionFacts {
  readonly device: string;
  readonly title: string;
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
  /** The refused values, kept on the device. */
  readonly kept: { readonly [field: string]: Json };
  /** What the app shows meanwhile. */
  readonly shown: { readonly [field: string]: Json };
}

export interface RestoreFacts {
  readonly conflictId: string;
  readonly title: string;
  readonly field: string;
  readonly before: Json;
  readonly value: Json;
  /** Device -> value after its next sync. */
  readonly seen: { readonly [device: string]: Json };
}
