import { BackhaulError } from '../errors.ts';
import type { SyncMemory } from './rows.ts';

/** Of what is stored: raised when an older SDK could not go on with it. */
export const STORE_FORMAT = 1;

/** Why a database that could not be opened should be put aside; `null`: that would not help. */
export function brokenReason(error: unknown): 'corrupt' | 'downgraded' | null {
  if (error instanceof BackhaulError) return (error.details['broken'] as 'corrupt' | 'downgraded' | undefined) ?? null;
  // Dexie's and IndexedDB's names for a database that is there and can not be used.
  return /^(Upgrade|Data|Unknown)Error$/.test((error as Error).name) ? 'corrupt' : null;
}

/** Throws for a memory that this SDK can not go on with. */
export function checkMemory({ deviceId, cursor, format = STORE_FORMAT }: SyncMemory): void {
  if (format > STORE_FORMAT) throw broken('downgraded', 'A newer version wrote this database');
  const isSound = typeof deviceId === 'string' && (cursor === null || typeof cursor === 'string');
  if (!isSound) throw broken('corrupt', 'The memory can not be read');
}

const broken = (reason: 'corrupt' | 'downgraded', message: string): BackhaulError =>
  new BackhaulError('STORAGE', message, { broken: reason });
