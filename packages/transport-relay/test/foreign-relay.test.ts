import { type Bytes, toBase64, utf8 } from '@sotto/bytes';
import type { Access, Delivery } from '@sotto/client';
import { checkWork } from '@sotto/crypto';
import { type AccountId, accountIdFromBytes, aciOf, formatAci, type RelayAddress } from '@sotto/identity';
import { formatJson, formatPreKeyResponse, formatRelayInfo } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AskServer } from '../src/ask-server.ts';
import { MAX_FOREIGN_WORK_BITS } from '../src/limits.ts';
import { createRelayRoad } from '../src/relay-road.ts';
import { around, createScriptedRelay, quiet } from './scripted-relay.ts';

const BOB: AccountId = accountIdFromBytes(new Uint8Array(33).fill(5));
const BOB_ACI = formatAci(aciOf(BOB));
const CONTACT: Access = { kind: 'contact', accessKey: new Uint8Array(16).fill(3), mailboxes: [] };
const STRANGER: Access = { kind: 'stranger' };
const KEY = new Uint8Array(32).fill(9);
const FAR: RelayAddress = { url: 'https://far.example:8443', onionKey: KEY };

type Server = Parameters<AskServer>[0];
type Asked = Parameters<AskServer>[1] & { readonly server: Server };
type Answered = { readonly status: number; readonly body?: Bytes; readonly headers?: Record<string, string> };

const info = (request = 4, keys = 3): Answered => ({
  status: 200,
  body: formatJson(
    formatRelayInfo({
      registration: 'open',
      zkPublicParams: new Uint8Array(10),
      workBits: { ticket: 2, keys, request },
      maxMessageBytes: 98_304,
      maxRecordBytes: 16_384,
    }),
  ),
});

/** A road of our own relay and an onion network behind which other servers follow a script. */
function world(script: (asked: Asked) => Answered | undefined, own?: RelayAddress) {
  const relay = createScriptedRelay(() => ({ status: 200 }));
  const { clock, surroundings } = around(relay);
  const asked: Asked[] = [];
  const through: AskServer = async (server, request) => {
    const one = { ...request, server };
    asked.push(one);
    const answered = script(one);
    if (!answered) return { outcome: 'unanswered' };
    const { status, body = new Uint8Array(0), headers = {} } = answered;
    return { outcome: 'answered', status, body, headers };
  };
  const road = createRelayRoad({
    ...surroundings,
    ...(own && { relay: own }),
    receipts: { request: () => undefined },
    through,
  });
  return { relay, clock, road, asked };
}

const delivery = (relays: readonly RelayAddress[], access: Access = CONTACT): Delivery => ({
  to: BOB,
  access,
  relays,
  messages: [{ device: 1, registrationId: 77, bytes: utf8('sealed') }],
  timestamp: 1_800_000_000_123,
  urgent: true,
});

describe('somebody at another relay', () => {
  it('is written to through the onion network, and nothing is dialled', async () => {
    const { relay, road, asked } = world(() => ({ status: 200, body: utf8('{"needsSync":false}') }));
    expect(await road.deliver(delivery([FAR]))).toEqual({ outcome: 'stored' });
    const [put, ...more] = asked;
    expect(more).toEqual([]);
    expect(put).toMatchObject({
      server: { protocol: 'https', host: 'far.example', port: 8443, x25519: KEY },
      method: 'PUT',
      endpoint: `/v1/messages/${BOB_ACI}`,
      headers: {
        'content-type': 'application/json',
        'unidentified-access-key': toBase64(new Uint8Array(16).fill(3)),
      },
    });
    expect(Object.keys(put?.headers ?? {})).toHaveLength(2);
    expect(JSON.parse(Buffer.from(put?.body ?? []).toString())).toMatchObject({
      messages: [{ destinationDeviceId: 1, content: toBase64(utf8('sealed')) }],
    });
    expect(relay.sockets).toEqual([]);
  });

  it('is found by the first of its relays that has a key, at its standard port too', async () => {
    const { road, asked } = world(() => ({ status: 200 }));
    const other = { url: 'https://other.example', onionKey: KEY };
    await road.deliver(delivery([{ url: 'https://keyless.example' }, other, FAR]));
    expect(asked.map(({ server }) => server)).toEqual([
      { protocol: 'https', host: 'other.example', port: 443, x25519: KEY },
    ]);
  });

  it('is written to directly when our own relay is among its relays, or when it names none', async () => {
    const { relay, road, asked } = world(() => ({ status: 200 }));
    const own = { url: 'https://relay.example', onionKey: KEY };
    for (const relays of [[FAR, own], [{ url: own.url }], []]) {
      expect(await road.deliver(delivery(relays))).toEqual({ outcome: 'stored' });
      await road.fetchPreKeys(BOB, CONTACT, relays);
    }
    expect(asked).toEqual([]);
    expect(relay.sockets).toHaveLength(1);
  });

  it('is paid for with work at that relay’s price, for that mailbox', async () => {
    const works: string[] = [];
    const { relay, road, asked, clock } = world(({ endpoint, headers }) => {
      if (endpoint === '/v1/sotto/relay') return info(5);
      works.push(headers['sotto-work'] ?? '');
      return { status: 200 };
    });
    expect(await road.deliver(delivery([FAR], STRANGER))).toEqual({ outcome: 'stored' });
    expect(await road.deliver(delivery([FAR], STRANGER))).toEqual({ outcome: 'stored' });
    for (const work of works) {
      const terms = { purpose: 'request', target: aciOf(BOB), bits: 5, now: clock.now() } as const;
      expect(checkWork({ ...terms, work }).outcome).toBe('ok');
    }
    // The price is asked once.
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'PUT', 'PUT']);
    expect(relay.sockets).toEqual([]);
  });

  it('gives its keys there, with the access key or for work', async () => {
    const key = { keyId: 1, publicKey: new Uint8Array(33).fill(5), signature: new Uint8Array(64) };
    const keys = formatPreKeyResponse({
      identityKey: BOB,
      devices: [
        {
          deviceId: 1,
          registrationId: 77,
          signedPreKey: key,
          pqPreKey: { ...key, publicKey: new Uint8Array(1569).fill(8) },
        },
      ],
    });
    const { relay, road, asked } = world(({ endpoint }) =>
      endpoint === '/v1/sotto/relay' ? info() : { status: 200, body: formatJson(keys) },
    );
    for (const access of [CONTACT, STRANGER]) {
      expect(await road.fetchPreKeys(BOB, access, [FAR])).toMatchObject({
        outcome: 'found',
        bundles: [{ device: 1 }],
      });
    }
    expect(asked.map(({ endpoint }) => endpoint)).toEqual([
      `/v2/keys/${BOB_ACI}/*`,
      '/v1/sotto/relay',
      `/v2/keys/${BOB_ACI}/*`,
    ]);
    expect(relay.sockets).toEqual([]);
  });

  it.each<[string, readonly RelayAddress[]]>([
    ['no key', [{ url: 'https://far.example' }]],
    ['an address of this machine', [{ url: 'https://127.0.0.1:8443', onionKey: KEY }]],
    ['an address of a private network', [{ url: 'https://10.1.2.3', onionKey: KEY }]],
    ['a name of this network', [{ url: 'https://router', onionKey: KEY }]],
    ['plain http', [{ url: 'http://localhost:80', onionKey: KEY }]],
  ])('is out of reach with %s, and nobody is asked', async (_what, relays) => {
    const { relay, road, asked } = world(() => ({ status: 200 }));
    for (const access of [CONTACT, STRANGER]) {
      expect(await road.deliver(delivery(relays, access))).toEqual({ outcome: 'unreachable' });
      expect(await road.fetchPreKeys(BOB, access, relays)).toEqual({ outcome: 'none' });
    }
    expect([asked, relay.sockets]).toEqual([[], []]);
  });

  it('is out of reach without the onion network', async () => {
    const relay = createScriptedRelay(() => ({ status: 200 }));
    const { surroundings } = around(relay);
    const road = createRelayRoad({ ...surroundings, receipts: { request: () => undefined } });
    expect(await road.deliver(delivery([FAR]))).toEqual({ outcome: 'unreachable' });
    expect(relay.sockets).toEqual([]);
  });

  it('may be on this machine when our own relay is', async () => {
    const { road, asked } = world(() => ({ status: 200 }), { url: 'https://127.0.0.1:1' });
    for (const url of ['https://127.9.200.1:8443', 'https://[::1]:2', 'http://127.0.0.1:3']) {
      expect(await road.deliver(delivery([{ url, onionKey: KEY }]))).toEqual({ outcome: 'stored' });
    }
    expect(asked.map(({ server }) => [server.protocol, server.host, server.port])).toEqual([
      ['https', '127.9.200.1', 8443],
      ['https', '[::1]', 2],
      ['http', '127.0.0.1', 3],
    ]);
  });
});

describe('the clock of another relay', () => {
  it('is followed where work says its minute', async () => {
    const AHEAD = 45 * 60_000;
    const { road, asked, clock } = world(({ endpoint, headers }) => {
      const there = clock.now() + AHEAD;
      const told = { 'x-signal-timestamp': String(there) };
      if (endpoint === '/v1/sotto/relay') return { ...info(), headers: told };
      const terms = { purpose: 'request', target: aciOf(BOB), bits: 4, now: there } as const;
      const { outcome } = checkWork({ ...terms, work: headers['sotto-work'] ?? '' });
      return { status: outcome === 'ok' ? 200 : 401, headers: told };
    });
    expect(await road.deliver(delivery([FAR], STRANGER))).toEqual({ outcome: 'stored' });
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET', 'PUT']);
  });

  it('that is apart from the network’s makes it unreachable, not a refusal', async () => {
    const { road, asked } = world(() => ({ status: 406, headers: { 'x-signal-timestamp': 'noon' } }));
    expect(await road.deliver(delivery([FAR]))).toEqual({ outcome: 'unreachable' });
    expect(asked).toHaveLength(1);
  });
});

describe('another relay that is slow or lies', () => {
  it('is unreachable when it does not answer, and busy when it says so', async () => {
    const answers: (Answered | undefined)[] = [
      undefined,
      { status: 429, headers: { 'retry-after': '12' } },
      { status: 401 },
      { status: 409 },
      { status: 200 },
    ];
    const { road } = world(() => answers.shift());
    const outcomes = [];
    for (let index = 0; index < 5; index++) outcomes.push(await road.deliver(delivery([FAR])));
    expect(outcomes).toEqual([
      { outcome: 'unreachable' },
      { outcome: 'busy', retryAfter: 12_000 },
      { outcome: 'not-authorized' },
      { outcome: 'devices-changed' },
      { outcome: 'stored' },
    ]);
  });

  it('does not get more work than some seconds of it', async () => {
    const { road, asked } = world(() => info(MAX_FOREIGN_WORK_BITS + 1, MAX_FOREIGN_WORK_BITS + 1));
    expect(await road.deliver(delivery([FAR], STRANGER))).toEqual({ outcome: 'unreachable' });
    expect(await road.fetchPreKeys(BOB, STRANGER, [FAR])).toEqual({ outcome: 'unreachable' });
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it('is not waited for when the road is closed', async () => {
    const relay = createScriptedRelay();
    const { surroundings } = around(relay);
    const never: AskServer = () => new Promise(() => undefined);
    const road = createRelayRoad({
      ...surroundings,
      receipts: { request: () => undefined },
      through: never,
    });
    const sending = road.deliver(delivery([FAR]));
    await quiet();
    await road.close();
    expect(await sending).toEqual({ outcome: 'unreachable' });
    expect(await road.deliver(delivery([FAR]))).toEqual({ outcome: 'unreachable' });
  });

  it('gets a typed outcome from every call, whatever it answers', async () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array(bytes)),
      fc.json().map(utf8),
      fc.constant(info().body as Bytes),
    );
    const headers = fc.dictionary(fc.constantFrom('x-signal-timestamp', 'retry-after'), fc.string());
    const answer = fc.option(fc.record({ status: fc.integer({ min: 100, max: 999 }), body, headers }), {
      nil: undefined,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 6 }), async (answers) => {
        let next = 0;
        const { road, relay } = world(() => answers[next++ % answers.length]);
        for (const access of [CONTACT, STRANGER]) {
          expect(await road.deliver(delivery([FAR], access))).toHaveProperty('outcome');
          expect(await road.fetchPreKeys(BOB, access, [FAR])).toHaveProperty('outcome');
        }
        expect(relay.sockets).toEqual([]);
        await road.close();
      }),
      { numRuns: 60 },
    );
  });
});
