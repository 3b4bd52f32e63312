import { describe, expect, it } from 'vitest';
import { createClientAddresses } from './client-addresses.ts';

const addresses = createClientAddresses(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32']);
const from = (remoteAddress: string, forwardedFor?: string) => addresses.of({ remoteAddress }, forwardedFor);

describe('the address of a client', () => {
  it.each([
    ['of nobody’s proxy is its own, whatever it says', '203.0.113.5', '198.51.100.1', '203.0.113.5'],
    ['behind a proxy is what the proxy saw', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['however the system writes the proxy’s', '::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
    [
      'is the last that is no proxy’s',
      '10.0.0.1',
      '1.2.3.4, 198.51.100.1,192.0.2.1 , 2001:db8::9',
      '198.51.100.1',
    ],
    ['may come with a port', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['of IPv6 may come in brackets', '10.0.0.1', '[2001:DB9:0:0::5]:443', '2001:db9::5'],
    ['of IPv4 may come as IPv6', '10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['that is not told is the proxy’s', '10.0.0.1', undefined, '10.0.0.1'],
    ['that is no address is the proxy’s', '10.0.0.1', '198.51.100.1, unknown', '10.0.0.1'],
    ['is the farthest of many proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ])('%s', (_name, peer, forwardedFor, address) => {
    expect(from(peer, forwardedFor)).toBe(address);
  });

  it('is looked for no further than an honest list goes', () => {
    const many = `1.2.3.4,${'10.0.0.2,'.repeat(100)}10.0.0.3`;
    expect(from('10.0.0.1', many)).toBe('10.0.0.2');
  });

  it('is missed once, and said so, where a proxy does not tell it', () => {
    let told = 0;
    const { of } = createClientAddresses(['127.0.0.0/8', '::1'], () => told++);
    for (const named of ['198.51.100.1', '127.0.0.1']) of({ remoteAddress: '127.0.0.1' }, named);
    of({ remoteAddress: '198.51.100.1' }, undefined);
    expect(told).toBe(0);
    for (const unnamed of [undefined, 'unknown']) of({ remoteAddress: '::1' }, unnamed);
    expect(told).toBe(1);
  });

  it('is its own where there are no proxies', () => {
    const none = createClientAddresses([]);
    expect(none.of({ remoteAddress: '127.0.0.1' }, '198.51.100.1')).toBe('127.0.0.1');
    expect(none.of({}, '198.51.100.1')).toBe('');
  });
});

describe('a proxy', () => {
  it.each(['', 'proxy.example', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/x', '2001:db8::/129', '10.0.0.256'])(
    'is not %s',
    (proxy) => {
      expect(() => createClientAddresses([proxy])).toThrow(expect.objectContaining({ code: 'bad-proxy' }));
    },
  );
});
