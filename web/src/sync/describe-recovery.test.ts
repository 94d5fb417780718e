import { expect, test } from 'vitest';
import { describeRecovery } from './describe-recovery.ts';

const at = '2026-11-29T09:00:00.000Z';

test('says what became of unsent work', () => {
  expect(describeRecovery({ reason: 'corrupt', at, saved: 0, lost: 0 })).toBe(
    'This browser could not read its copy of the business any more. Everything that had been sent comes from the service again.',
  );
  expect(describeRecovery({ reason: 'evicted', at, saved: 0, lost: 2 })).toMatch(
    /space runs out\. .* 2 changes that had not been sent could not be saved\./,
  );
  expect(describeRecovery({ reason: 'corrupt', at, saved: 1, lost: 1, isLeast: true })).toMatch(
    / 1 change that had not been sent goes on from here\. At least 1 change that had not been sent could not be saved\./,
  );
});
