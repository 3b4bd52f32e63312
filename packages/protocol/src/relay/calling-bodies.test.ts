import fc from 'fast-check';
import { expect, it } from 'vitest';
import { obeysBodyLaws, wordOf } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const urls = fc.array(
  wordOf(1, 20).map((word) => `turn:${word}`),
  { maxLength: 3 },
);

obeysBodyLaws({
  name: 'calling relays',
  values: fc.record({
    relays: fc.array(
      fc.record(
        {
          username: wordOf(1, 20),
          password: wordOf(1, 20),
          ttl: fc.nat(),
          urls,
          urlsWithIps: urls,
          hostname: wordOf(1, 20),
        },
        { requiredKeys: ['username', 'password', 'ttl', 'urls', 'urlsWithIps'] },
      ),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  format: protocol.formatCallingRelays,
  parse: protocol.parseCallingRelays,
  required: ['relays'],
  refused: [
    ['relays.ttl', -1],
    ['relays.urls', ['']],
    ['relays.username', 'x'.repeat(513)],
  ],
});

it('writes null for a host name that there is not', () => {
  const relay = { username: 'u', password: 'p', ttl: 1, urls: [], urlsWithIps: [] };
  expect(protocol.formatCallingRelays({ relays: [relay] })).toEqual({
    relays: [{ ...relay, hostname: null }],
  });
});
