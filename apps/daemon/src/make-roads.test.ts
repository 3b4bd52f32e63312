import { parseRelayUrl } from '@sotto/identity';
import { describe, expect, it } from 'vitest';
import { roadMaker } from './make-roads.ts';
import { sourceAddress } from './source-address.ts';

const PROFILE = '/home/alice/profile';
const LOCAL = { relay: parseRelayUrl('http://127.83.200.1:8443') };

describe('the way out of a profile', () => {
  it('begins at an address of its own in a network on this machine', () => {
    const { wayOf } = roadMaker({ profile: PROFILE });
    const expected = sourceAddress({
      hosts: ['127.83.200.1'],
      profile: PROFILE,
      platform: process.platform,
    });
    expect(wayOf(LOCAL)).toEqual(expected === undefined ? {} : { source: expected });
    expect(wayOf({ relay: parseRelayUrl('https://relay.example') })).toEqual({});
    expect(wayOf({})).toEqual({});
  });

  it('leads through the proxy and names no other address, when there is one', () => {
    const { wayOf } = roadMaker({ profile: PROFILE, proxy: 'socks5://127.0.0.1:9050' });
    expect(wayOf(LOCAL)).toEqual({ proxy: { kind: 'socks5', host: '127.0.0.1', port: 9050 } });
  });

  it('is refused with words when the proxy cannot be one', () => {
    for (const proxy of ['http://h', 'socks5://h:0', 'https://h:1', 'nonsense']) {
      const make = () => roadMaker({ profile: PROFILE, proxy });
      expect(make).toThrow(expect.objectContaining({ code: 'bad-proxy', hint: expect.any(String) }));
    }
  });

  it('has no roads where a network has none', () => {
    const maker = roadMaker({ profile: PROFILE });
    const memory = { load: async () => undefined, save: async () => undefined };
    expect(maker.makeRoads({}, () => memory)).toEqual([]);
    expect(maker.made()).toEqual({ onion: undefined, all: [] });
    expect(maker.makeRoads(LOCAL, () => memory).map(({ name }) => name)).toEqual(['relay']);
  });
});
