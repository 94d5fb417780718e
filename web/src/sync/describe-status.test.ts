import type { SyncStatus } from '@backhaul/sdk';
import { describe, expect, test } from 'vitest';
import { describeStatus, describeUnsent } from './describe-status.ts';

const status = (changes: Partial<SyncStatus> = {}): SyncStatus => ({
  phase: 'idle',
  online: true,
  error: null,
  pending: 0,
  held: 0,
  oldestUnsentAt: null,
  rejected: 0,
  conflicts: 0,
  lastPushAt: null,
  lastPullAt: null,
  ...changes,
});

describe('the sync bar says', () => {
  test.each<[string, Partial<SyncStatus>, string, string]>([
    ['that all is well', {}, 'good', 'Everything is synced.'],
    ['what waits', { pending: 1 }, 'waiting', '1 change waits.'],
    ['that work goes on offline', { online: false }, 'waiting', 'Offline. You can go on working.'],
    ['what waits offline', { online: false, pending: 2 }, 'waiting', 'Offline. 2 changes wait.'],
    ['what is being sent', { phase: 'pushing', pending: 3 }, 'busy', 'Sending 3 changes…'],
    [
      'that the service is away, and what waits',
      { error: { code: 'NETWORK', message: 'x' }, pending: 2 },
      'bad',
      'The service can not be reached; trying again. 2 changes wait.',
    ],
    [
      'that the device was removed, offline or not',
      { phase: 'stopped', online: false, error: { code: 'DEVICE_REVOKED', message: 'x' } },
      'bad',
      'A manager has removed this device. Nothing is synced any more.',
    ],
    [
      'the code of what nobody foresaw',
      { error: { code: 'INTERNAL', message: 'x' } },
      'bad',
      'Sync does not get through (INTERNAL); trying again.',
    ],
  ])('%s', (_, changes, mood, text) => {
    expect(describeStatus(status(changes))).toEqual({ mood, text });
  });
});

describe('signing out', () => {
  test('needs no warning when everything has been sent', () => {
    expect(describeUnsent(status())).toBeNull();
  });

  test('names what has not been sent and what was rejected', () => {
    expect(describeUnsent(status({ pending: 1, rejected: 2 }))).toBe(
      '1 change on this device has not been sent yet. 2 changes were rejected and wait for your decision.',
    );
  });
});
