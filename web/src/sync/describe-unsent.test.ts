import { describe, expect, test } from 'vitest';
import { describeUnsent } from './describe-unsent.ts';

describe('signing out', () => {
  test('needs no warning when everything has been sent', () => {
    expect(describeUnsent({ pending: 0, rejected: 0, uploads: 0, uploadsRejected: 0, messages: 0 })).toBeNull();
  });

  test('names what has not been sent and what was rejected', () => {
    expect(describeUnsent({ pending: 1, rejected: 2, uploads: 1, uploadsRejected: 1, messages: 2 })).toBe(
      '1 change on this device has not been sent yet. 2 changes were rejected and wait for your decision. 2 files on this device have not been sent yet. 2 messages to customers have not been sent yet.',
    );
  });
});
