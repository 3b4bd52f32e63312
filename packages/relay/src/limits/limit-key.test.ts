import { toHex } from '@sotto/bytes';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { describe, expect, it } from 'vitest';
import { fromAfar } from '../http/call.ts';
import { accountKey, addressKeys, isOwnMachine, limitKey, networkOf } from './limit-key.ts';

describe('the network of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:db8:1:2::6', '2001:db8:1:2::'],
    ['2001:db8::6', '2001:db8:0:0::'],
    ['::1', '0:0:0:0::'],
    ['fe80::', 'fe80:0:0:0::'],
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
  expect(addressKeys('2001:db8::1')).toEqual(addressKeys('2001:db8::2'));
  expect(addressKeys('203.0.113.7')).toEqual([[expect.stringMatching(/^network [0-9a-f]{4}$/), 1]]);
});

it('takes a sixteenth of a site of IPv6 besides, and of a last hop alone', () => {
  const [network, site] = addressKeys('2001:db8:1:2::1');
  expect(site).toEqual([expect.stringMatching(/^site [0-9a-f]{4}$/), 1 / 16]);
  const [other, same] = addressKeys('2001:db8:1:3::1');
  expect(same).toEqual(site);
  expect(other).not.toEqual(network);
  expect(addressKeys('2001:db8:2:2::1')[1]).not.toEqual(site);
  for (const hop of ['203.0.113.7', '2001:db8:1:2::1']) {
    expect(addressKeys(fromAfar(hop))).toEqual([[expect.stringMatching(/^hop [0-9a-f]{4}$/), 1 / 16]]);
  }
});

it('knows an account by one key, whoever asks and however often', () => {
  const [aci, other] = [1, 2].map((byte) => aciFromBytes(new Uint8Array(16).fill(byte)));
  const account = { aci: aci as Aci };
  expect([accountKey(account), accountKey(account), accountKey({ ...account })]).toEqual(
    Array(3).fill(limitKey(toHex(account.aci))),
  );
  expect(accountKey({ aci: other as Aci })).not.toBe(accountKey(account));
});
