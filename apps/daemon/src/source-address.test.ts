import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceAddress } from './source-address.ts';

const HOSTS = ['127.83.200.1', '127.83.1.1', '127.83.2.1'];
const request = { hosts: HOSTS, profile: '/home/alice/profile', platform: 'linux' } as const;

describe('the address that a profile dials from', () => {
  it('is its own and stays the same, in a network on this machine', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 255 }), (profile, network) => {
        const hosts = [`127.${network}.1.1`, `127.${network}.2.1`];
        const source = sourceAddress({ ...request, hosts, profile });
        expect(source).toBe(sourceAddress({ ...request, hosts, profile }));
        const [a, b, third = 0, fourth = 0] = (source ?? '').split('.').map(Number);
        expect([a, b]).toEqual([127, network]);
        expect(third).toBeGreaterThanOrEqual(210);
        expect(third).toBeLessThanOrEqual(250);
        expect(fourth).toBeGreaterThanOrEqual(1);
        expect(fourth).toBeLessThanOrEqual(254);
      }),
      { numRuns: 200 },
    );
    expect(sourceAddress(request)).not.toBe(sourceAddress({ ...request, profile: '/home/bob/profile' }));
  });

  it.each([
    ['one server is elsewhere', { hosts: [...HOSTS, '203.0.113.7'] }],
    ['the relay has a name', { hosts: ['localhost', '127.83.1.1'] }],
    ['the relay is on IPv6', { hosts: ['::1'] }],
    ['the relay is at plain 127.0.0.1', { hosts: ['127.0.0.1'] }],
    ['nothing is dialled', { hosts: [] }],
    ['the system has one loopback address', { platform: 'darwin' as const }],
  ])('is the choice of the system when %s', (_why, changed) => {
    expect(sourceAddress({ ...request, ...changed })).toBeUndefined();
  });
});
