import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, fromUtf8, toBase64Url, utf8 } from '@sotto/bytes';
import type {
  Access,
  Clock,
  Collector,
  Enrolment,
  IncomingEnvelope,
  PublishedPreKeys,
  Road,
  RoadCredentials,
} from '@sotto/client';
import { randomBytes } from '@sotto/crypto';
import {
  type AccountId,
  createDeviceKey,
  createSeed,
  deriveAccount,
  firstRevision,
  parseInvite,
  parseRelayUrl,
  type RelayAddress,
  signRecord,
} from '@sotto/identity';
import { nodeNet } from '@sotto/net-node';
import { buildOnionRequest, nodeKeysFromSeed, peelLayer, readClientRequest } from '@sotto/onion';
import { libsignalEngine, receiptCredentials } from '@sotto/ratchet-libsignal';
import { createInvite, type RelayOptions, type RunningRelay, startRelay } from '@sotto/relay';
import { type AskServer, createRelayRoad } from '@sotto/transport-relay';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../src/wait-until.ts';

/** Ten times as fast, so that half a minute until redelivery is three seconds. */
const SPEED = 10;
const clock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds / SPEED);
    return () => clearTimeout(timer);
  },
};

let data: string;
let relay: RunningRelay;
const roads: Road[] = [];

async function run(options: Partial<RelayOptions> = {}): Promise<void> {
  relay = await startRelay({
    data,
    listen: { host: '127.0.0.1', port: 0 },
    registration: 'open',
    workBits: { ticket: 4, keys: 4, request: 4 },
    ...options,
  });
}

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'sotto-relay-road-'));
});
afterEach(async () => {
  for (const road of roads.splice(0)) await road.close();
  await relay.close();
  rmSync(data, { recursive: true });
});

function newRoad(
  change: { readonly key?: Bytes; readonly at?: RunningRelay; readonly through?: AskServer } = {},
): Road {
  const { at = relay, key, through } = change;
  const road = createRelayRoad({
    relay: { ...parseRelayUrl(at.url), ...(key && { key }) },
    ...(through && { through }),
    net: nodeNet(),
    clock,
    random: randomBytes,
    receipts: receiptCredentials,
  });
  roads.push(road);
  return road;
}

interface Person {
  readonly account: AccountId;
  readonly access: Access;
  readonly enrolment: Enrolment;
  readonly keys: PublishedPreKeys;
  readonly record: Bytes;
}

async function newPerson(): Promise<Person> {
  const account = deriveAccount(createSeed(randomBytes));
  const registrationId = libsignalEngine.makeRegistrationId();
  const issued = libsignalEngine.issueCertificate({
    account: account.account,
    device: 1,
    identitySecret: account.ratchetSecret,
  });
  const ratchet = libsignalEngine.open(
    {
      account: account.account,
      device: 1,
      registrationId,
      identitySecret: account.ratchetSecret,
      certificate: issued.certificate,
    },
    { get: async () => undefined, keys: async () => [] },
  );
  const remaining = { preKeys: 0, kyberPreKeys: 0 };
  const { published } = await ratchet.maintain({ now: Date.now(), remaining });
  const { signedPreKey, lastResortKyberPreKey } = published;
  if (!signedPreKey || !lastResortKyberPreKey) throw new Error('no keys');
  const draft = firstRevision({
    recoveryKey: account.recoveryKey,
    issuedAt: Date.now(),
    devices: [
      {
        id: 1,
        registrationId,
        deviceKey: createDeviceKey(randomBytes).publicKey,
        signedPreKey,
        lastResortKyberPreKey,
        certificateSignature: issued.signature,
        createdAt: Date.now(),
      },
    ],
    relays: [parseRelayUrl(relay.url)],
    serverCertificate: issued.serverCertificate,
  });
  const accessKey = randomBytes(16);
  return {
    account: account.account,
    access: { kind: 'contact', accessKey, mailboxes: [] },
    keys: published,
    record: signRecord({
      draft,
      identitySecret: account.identitySecret,
      second: { kind: 'recovery', secret: account.recoverySecret },
    }),
    enrolment: {
      account: account.account,
      device: 1,
      registrationId,
      accessKey,
      keys: { signedPreKey, lastResortKyberPreKey, preKeys: [], kyberPreKeys: [] },
      identitySecret: account.identitySecret,
      recoveryPassword: randomBytes(32),
      restore: false,
      blinding: randomBytes(32),
    },
  };
}

async function enrol(road: Road, enrolment: Enrolment): Promise<RoadCredentials> {
  const enrolled = await road.enrol(enrolment);
  if (enrolled.outcome !== 'enrolled') throw new Error(JSON.stringify(enrolled));
  return enrolled.credentials;
}

/** Collect into a list; `take` decides what becomes of an envelope. */
function collect(take: (envelope: IncomingEnvelope) => Promise<void> = async () => undefined) {
  const texts: string[] = [];
  const ids: string[] = [];
  const events: string[] = [];
  const collector: Collector = {
    envelope: async (envelope) => {
      texts.push(fromUtf8(envelope.sealed));
      ids.push(envelope.id);
      await take(envelope);
    },
    drained: () => events.push('drained'),
    connected: () => events.push('connected'),
    disconnected: () => events.push('disconnected'),
    stopped: (reason) => events.push(reason),
  };
  const until = (what: string, condition: () => boolean) => waitUntil(what, 20_000, condition);
  return { texts, ids, events, collector, until };
}

function send(
  road: Road,
  to: Person,
  text: string,
  access: Access = to.access,
  relays: readonly RelayAddress[] = [],
) {
  const { device, registrationId } = to.enrolment;
  return road.deliver({
    to: to.account,
    access,
    relays,
    messages: [{ device, registrationId, bytes: utf8(text) }],
    timestamp: Date.now(),
    urgent: true,
  });
}

/** The onion network as one hop in this process: it opens its layer and posts what is in it. */
function oneHop(asked: string[]): AskServer {
  const hop = nodeKeysFromSeed(randomBytes(32));
  return async (server, request) => {
    const built = buildOnionRequest({
      path: [{ ed25519: hop.ed25519.publicKey, x25519: hop.x25519.publicKey }],
      destination: { kind: 'server', ...server, request },
      encryption: 'xchacha20',
      now: Date.now(),
      pad: true,
      wrap: true,
      random: randomBytes,
    });
    const peeled = peelLayer(readClientRequest(built.body), hop.x25519, randomBytes);
    if (peeled.outcome !== 'server') throw new Error(peeled.outcome);
    asked.push(`${peeled.host}:${peeled.port}${peeled.target}`);
    const answer = await post(
      `${peeled.protocol}://${peeled.host}:${peeled.port}${peeled.target}`,
      peeled.forward,
    );
    const opened = built.open(peeled.wrap(answer));
    return opened.outcome === 'opened' ? { ...opened, outcome: 'answered' } : { outcome: 'unanswered' };
  };
}

function post(url: string, body: Bytes): Promise<Bytes> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, { method: 'POST', rejectUnauthorized: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(new Uint8Array(Buffer.concat(parts))));
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe('the relay road and a relay', () => {
  it('enrols over a pinned key, publishes, and is found by an ID alone', async () => {
    await run();
    const alice = await newPerson();
    const own = newRoad();
    const credentials = await enrol(own, alice.enrolment);
    const { collector, until, events } = collect();
    own.start(credentials, collector);
    expect(await own.publishRecord(alice.account, alice.record)).toEqual({ outcome: 'published' });
    expect(await own.publishPreKeys(alice.keys)).toEqual({ outcome: 'published' });
    expect(await own.countPreKeys()).toEqual({ preKeys: 100, kyberPreKeys: 100 });
    await until('drained', () => events.includes('drained'));

    const other = newRoad();
    expect(await other.fetchRecord(alice.account)).toEqual({ outcome: 'found', record: alice.record });
    const byContact = await other.fetchPreKeys(alice.account, alice.access);
    expect(byContact).toMatchObject({ outcome: 'found', bundles: [{ device: 1 }] });
    expect((await other.fetchPreKeys(alice.account, { kind: 'stranger' })).outcome).toBe('found');
    expect(await own.countPreKeys()).toEqual({ preKeys: 98, kyberPreKeys: 98 });
    const wrong: Access = { kind: 'contact', accessKey: randomBytes(16), mailboxes: [] };
    expect(await other.fetchPreKeys(alice.account, wrong)).toEqual({ outcome: 'none' });
    const nobody = await newPerson();
    expect(await other.fetchRecord(nobody.account)).toEqual({ outcome: 'unknown-account' });
    expect(await other.probe()).toMatchObject({ outcome: 'ok' });
  });

  it('carries contacts’ and strangers’ messages in order, and names what is wrong with others', async () => {
    await run();
    const bob = await newPerson();
    const sender = newRoad();
    const own = newRoad();
    const credentials = await enrol(own, bob.enrolment);
    for (const text of ['one', 'two', 'three'])
      expect(await send(sender, bob, text)).toEqual({ outcome: 'stored' });
    const { collector, texts, events, until } = collect();
    own.start(credentials, collector);
    await until('drained', () => events.includes('drained'));
    expect(texts).toEqual(['one', 'two', 'three']);
    expect(await send(sender, bob, 'stranger', { kind: 'stranger' })).toEqual({ outcome: 'stored' });
    await until('the stranger', () => texts.includes('stranger'));

    const wrong: Access = { kind: 'contact', accessKey: randomBytes(16), mailboxes: [] };
    expect(await send(sender, bob, 'x', wrong)).toEqual({ outcome: 'not-authorized' });
    const moved = {
      ...bob,
      enrolment: { ...bob.enrolment, registrationId: bob.enrolment.registrationId ^ 1 },
    };
    expect(await send(sender, moved, 'x')).toEqual({ outcome: 'devices-changed' });
    const linked = { ...bob, enrolment: { ...bob.enrolment, device: 2 } };
    expect(await send(sender, linked, 'x')).toEqual({ outcome: 'devices-changed' });
    const nobody = await newPerson();
    expect(await send(sender, nobody, 'x', { kind: 'stranger' })).toEqual({ outcome: 'unknown-account' });
    expect(await send(sender, bob, 'x'.repeat(97 * 1024))).toEqual({ outcome: 'rejected', status: 413 });
    expect(texts).toHaveLength(4);
  });

  it('gets an envelope again until it is committed, under the same ID, and never after', async () => {
    await run();
    const bob = await newPerson();
    const own = newRoad();
    const credentials = await enrol(own, bob.enrolment);
    const sender = newRoad();
    await send(sender, bob, 'not now');
    await send(sender, bob, 'fine');
    let refusals = 1;
    const first = collect(async ({ sealed }) => {
      if (fromUtf8(sealed) === 'not now' && refusals-- > 0) throw new Error('the record is out of reach');
    });
    own.start(credentials, first.collector);
    await first.until('redelivery', () => first.texts.length === 3);
    await first.until('drained', () => first.events.includes('drained'));
    expect(first.texts).toEqual(['not now', 'fine', 'not now']);
    expect(first.ids[2]).toBe(first.ids[0]);
    await own.close();

    const again = newRoad();
    const second = collect();
    again.start(credentials, second.collector);
    await second.until('drained', () => second.events.includes('drained'));
    expect(second.texts).toEqual([]);
  });

  it('yields to another connection of the same device', async () => {
    await run();
    const bob = await newPerson();
    const credentials = await enrol(newRoad(), bob.enrolment);
    const [first, second] = [collect(), collect()];
    newRoad().start(credentials, first.collector);
    await first.until('connected', () => first.events.includes('connected'));
    newRoad().start(credentials, second.collector);
    await first.until('stopped', () => first.events.includes('connected-elsewhere'));
    expect(second.events).not.toContain('connected-elsewhere');
  });

  it('stops when its account is deleted, and the account is gone', async () => {
    await run();
    const bob = await newPerson();
    const own = newRoad();
    const { collector, events, until } = collect();
    own.start(await enrol(own, bob.enrolment), collector);
    await until('connected', () => events.includes('connected'));
    expect(await own.leave()).toEqual({ outcome: 'published' });
    await until('stopped', () => events.includes('credentials-revoked'));
    expect(await newRoad().fetchRecord(bob.account)).toEqual({ outcome: 'unknown-account' });
  });

  it('registers by invite only, repeats after a crash, and an invite serves one account', async () => {
    await run({ registration: 'invite' });
    const [alice, mallory] = [await newPerson(), await newPerson()];
    expect(await newRoad().enrol(alice.enrolment)).toEqual({ outcome: 'needs-invite' });
    const { invite } = await createInvite({ data });
    const ticket = toBase64Url(parseInvite(invite).ticket);
    const first = await enrol(newRoad(), { ...alice.enrolment, ticket });
    const again = await enrol(newRoad(), { ...alice.enrolment, ticket });
    expect(await newRoad().enrol({ ...mallory.enrolment, ticket })).toEqual({ outcome: 'invite-refused' });
    expect(await newRoad().enrol({ ...mallory.enrolment, ticket: 'made up' })).toEqual({
      outcome: 'invite-refused',
    });

    const stale = collect();
    newRoad().start(first, stale.collector);
    await stale.until('refused', () => stale.events.includes('credentials-revoked'));
    const current = collect();
    newRoad().start(again, current.collector);
    await current.until('connected', () => current.events.includes('connected'));
    await enrol(newRoad(), { ...alice.enrolment, restore: true });
    await current.until('revoked', () => current.events.includes('credentials-revoked'));
    const thief = { ...alice.enrolment, restore: true, recoveryPassword: randomBytes(32) };
    expect((await newRoad().enrol(thief)).outcome).toBe('needs-invite');
  });

  it('comes back when the relay does, and what waited is there', async () => {
    await run();
    const bob = await newPerson();
    const own = newRoad();
    const credentials = await enrol(own, bob.enrolment);
    const { collector, events, texts, until } = collect();
    own.start(credentials, collector);
    await until('connected', () => events.includes('connected'));
    const port = Number(new URL(relay.url).port);
    await relay.close();
    await until('disconnected', () => events.includes('disconnected'));
    const sender = newRoad();
    expect(await send(sender, bob, 'lost')).toEqual({ outcome: 'unreachable' });
    await run({ listen: { host: '127.0.0.1', port } });
    expect(await send(sender, bob, 'after')).toEqual({ outcome: 'stored' });
    await until('the message', () => texts.includes('after'));
    expect(texts).toEqual(['after']);
  });

  it('reaches somebody at another relay by way of a hop, and never dials that relay', async () => {
    await run();
    const elsewhere = mkdtempSync(join(tmpdir(), 'sotto-relay-road-'));
    const workBits = { ticket: 4, keys: 4, request: 4 };
    const listen = { host: '127.0.0.1', port: 0 };
    const other = await startRelay({ data: elsewhere, listen, registration: 'open', workBits });
    try {
      const bob = await newPerson();
      const own = newRoad({ at: other });
      const { collector, texts, until } = collect();
      own.start(await enrol(own, bob.enrolment), collector);
      await own.publishPreKeys(bob.keys);
      const address = await own.address?.();
      if (address === undefined) throw new Error('no address');
      expect(address).toMatchObject({ ...parseRelayUrl(other.url), onionKey: expect.any(Uint8Array) });

      const asked: string[] = [];
      const sender = newRoad({ through: oneHop(asked) });
      const opened = other.events.totals()['socket-opened'];
      const relays = [{ url: 'https://keyless.example' }, address];
      expect(await sender.fetchPreKeys(bob.account, bob.access, relays)).toMatchObject({ outcome: 'found' });
      expect(await send(sender, bob, 'one', bob.access, relays)).toEqual({ outcome: 'stored' });
      expect(await send(sender, bob, 'two', { kind: 'stranger' }, relays)).toEqual({ outcome: 'stored' });
      const wrong: Access = { kind: 'contact', accessKey: randomBytes(16), mailboxes: [] };
      expect(await send(sender, bob, 'x', wrong, relays)).toEqual({ outcome: 'not-authorized' });
      expect(await send(sender, await newPerson(), 'x', { kind: 'stranger' }, relays)).toEqual({
        outcome: 'unknown-account',
      });
      await until('both', () => texts.length === 2);
      expect(texts).toEqual(['one', 'two']);
      expect(new Set(asked)).toEqual(new Set([`${new URL(other.url).host}/oxen/v4/lsrpc`]));
      expect(other.events.totals()['socket-opened']).toBe(opened);
      expect(relay.events.totals()['socket-opened']).toBeUndefined();
    } finally {
      await other.close();
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('tells a relay with another key from the right one, and sends it nothing', async () => {
    await run();
    const bob = await newPerson();
    const road = newRoad({ key: randomBytes(32) });
    expect(await road.probe()).toEqual({ outcome: 'failed', reason: 'wrong-key' });
    expect(await send(road, bob, 'x')).toEqual({ outcome: 'unreachable' });
    expect(await road.enrol(bob.enrolment)).toEqual({ outcome: 'unreachable', reason: 'wrong-key' });
  });
});
