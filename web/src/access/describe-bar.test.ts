import { expect, test } from 'vitest';
import { describeFiles, describeMessages, describeSetAside } from './describe-bar.ts';

test.each([
  [{ waiting: 0, handedOver: 0, lapsed: 0 }, true, ['Every change you had entered was sent before that.']],
  [
    { waiting: 0, handedOver: 2, lapsed: 0 },
    true,
    ['2 changes that had not been sent are with the managers now, who decide about them.'],
  ],
  [
    { waiting: 1, handedOver: 0, lapsed: 0 },
    false,
    [
      '1 change that had not been sent is kept on this device, out of sight, and will be handed over to the managers when there is a network.',
    ],
  ],
  [
    { waiting: 2, handedOver: 1, lapsed: 1 },
    true,
    [
      '1 change that had not been sent is with the managers now, who decide about it.',
      '2 changes that had not been sent are kept on this device, out of sight, and are handed over to the managers.',
      '1 change could not be handed over for too long and was deleted.',
    ],
  ],
])('%o, online: %s', (counts, online, sentences) => {
  expect(describeSetAside(counts, online)).toEqual(sentences);
});

test('says what became of messages', () => {
  expect(describeMessages(0)).toEqual([]);
  expect(describeMessages(2)).toEqual([
    '2 messages to customers had not been sent, and were given up. Ask for them again once you are let in.',
  ]);
});

test('says what became of files', () => {
  expect(describeFiles(0, 0)).toEqual([]);
  expect(describeFiles(1, 2)).toEqual([
    '1 file that had not been sent is kept on this device until you are let in again. Signing out deletes it.',
    '2 files that had not been sent were deleted with everything else.',
  ]);
});
