import { toHex } from '@sotto/bytes';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { describe, expect, it } from 'vitest';
import { accountKey, addressKey, isOwnMachine, limitKey, networkOf } from './limit-key.ts';

describe('the network of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:db8:1:2::6', '2001:db8:1:2::'],
    ['2001:db8::6', '2001:db8:0:0::'],
    ['::1', '0:0:0:0::'],
    ['fe80::', 'fe80:0:0:0::'],
    ['onion', 'onion'],
    ['', ''],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

it('tells this machine from others', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1'].every(isOwnMachine)).toBe(true);
  expect(['128.0.0.1', '1.127.0.0', '::2', ''].some(isOwnMachine)).toBe(false);
});

it('remembers the same of the same, and nothing that names it', () => {
  expect(limitKey('alice>bob')).toBe(limitKey('alice>bob'));
  expect(limitKey('alice>bob')).not.toBe(limitKey('bob>alice'));
  expect(limitKey('alice>bob')).toMatch(/^[0-9a-f]{16}$/);
  expect(addressKey('2001:db8::1')).toBe(addressKey('2001:db8::2'));
  expect(addressKey('203.0.113.7')).toMatch(/^[0-9a-f]{4}$/);
});

it('knows an account by one key, whoever asks and however often', () => {
  const [aci, other] = [1, 2].map((byte) => aciFromBytes(new Uint8Array(16).fill(byte)));
  const account = { aci: aci as Aci };
  expect([accountKey(account), accountKey(account), accountKey({ ...account })]).toEqual(
    Array(3).fill(limitKey(toHex(account.aci))),
  );
  expect(accountKey({ aci: other as Aci })).not.toBe(accountKey(account));
});
