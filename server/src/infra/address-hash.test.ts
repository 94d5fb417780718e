import { describe, expect, it } from 'vitest';
import { addressHash, addressHashes, oneNumber } from './address-hash.ts';
import { parseAddress } from './addresses.ts';

const plain = (text: string): string => text;

describe('a telephone number with two forms', () => {
  it.each([
    ['Mexico', '+525512345678', '+5215512345678'],
    ['Mexico, an area that begins with 1', '+521234567890', '+5211234567890'],
    ['Argentina', '+541123456789', '+5491123456789'],
    ['Argentina, a short area', '+542214567890', '+5492214567890'],
    ['Brazil', '+551187654321', '+5511987654321'],
    ['Brazil, another area', '+558596543210', '+5585996543210'],
  ])('is one telephone: %s', (_where, short, long) => {
    for (const form of [short, long]) {
      expect(oneNumber(form)).toBe(short);
      expect(addressHash(plain, 'whatsapp', form)).toBe(`whatsapp:${short}`);
      // Whatever was hashed as it came is found.
      expect(addressHashes(plain, 'sms', form).toSorted()).toEqual([`sms:${short}`, `sms:${long}`].toSorted());
    }
  });

  it.each([
    ['a landline of Brazil', '+551132345678'],
    ['a mobile of Brazil that never had eight digits', '+5511923456789'],
    ['the United States', '+15085550123'],
    ['Spain', '+34911234567'],
    ['Ivory Coast', '+2250712345678'],
    ['too short for Mexico', '+52551234567'],
    ['Ethiopia, near Argentina in the list', '+251911234567'],
  ])('other numbers are as they are: %s', (_which, number) => {
    expect(oneNumber(number)).toBe(number);
    expect(addressHashes(plain, 'sms', number)).toEqual([`sms:${number}`]);
  });

  it('no two telephones fall together', () => {
    const distinct = ['+551132345678', '+5511932345678', '+5511987654321', '+551197654321', '+5511997654321'];
    const hashes = distinct.map(oneNumber);
    expect(new Set(hashes.slice(0, 3)).size).toBe(3);
    // The two ways to write one.
    expect(hashes[3]).toBe(hashes[4]);
  });

  it('an email address is itself', () => {
    expect(addressHashes(plain, 'email', 'a@example.com')).toEqual(['email:a@example.com']);
  });

  it('the old form of a Mexican mobile is an address, and stays what it was elsewhere', () => {
    expect(parseAddress('whatsapp', '+52 1 55 1234 5678')).toBe('+525512345678');
    expect(parseAddress('whatsapp', '+54 9 11 2345 6789')).toBe('+5491123456789');
    expect(parseAddress('sms', '+55 11 98765-4321')).toBe('+5511987654321');
    expect(parseAddress('sms', '+52 1 55 1234')).toBeNull();
  });
});

describe('what somebody typed as a telephone number', () => {
  it.each([
    ['+52 1 55 1234 5678', '+525512345678'],
    ['0052 1 (55) 1234-5678', '+525512345678'],
    ['+1 (508) 555-0123', '+15085550123'],
  ])('%j is %s', (typed, number) => expect(parseAddress('sms', typed)).toBe(number));

  // The digits of a remark made the number of a stranger of it.
  it.each([
    '+1 650 253-000, ask for 4',
    '+1 508-55-0123 apt 4',
    '+34 600 12345, 6pm',
    '+44 20 7946 09 ext 58',
    '+52 55 1234 567 ext 8',
    '+52 1 55 1234 567, 8 pm',
    '+1 650 253-000 4+1',
  ])('%j is nobody’s', (typed) => expect(parseAddress('sms', typed)).toBe(null));
});
