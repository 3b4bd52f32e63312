import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, fromUtf8, toBase64Url } from '@sotto/bytes';
import type { Access, Road } from '@sotto/client';
import { randomBytes } from '@sotto/crypto';
import { parseInvite, parseRelayUrl } from '@sotto/identity';
import { nodeNet } from '@sotto/net-node';
import { receiptCredentials } from '@sotto/ratchet-libsignal';
import { createInvite, type RelayOptions, type RunningRelay, startRelay } from '@sotto/relay';
import { createRelayRoad } from '@sotto/transport-relay';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clock, collect, enrol, newPerson, send } from '../src/relay-road-people.ts';

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

function newRoad(change: { readonly key?: Bytes } = {}): Road {
  const road = createRelayRoad({
    relay: { ...parseRelayUrl(relay.url), ...change },
    net: nodeNet(),
    clock,
    random: randomBytes,
    receipts: receiptCredentials,
  });
  roads.push(road);
  return road;
}

describe('the relay road and a relay', () => {
  it('enrols over a pinned key, publishes, and is found by an ID alone', async () => {
    await run();
    const alice = await newPerson(relay);
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
    const nobody = await newPerson(relay);
    expect(await other.fetchRecord(nobody.account)).toEqual({ outcome: 'unknown-account' });
    expect(await other.probe()).toMatchObject({ outcome: 'ok' });
  });

  it('carries contacts’ and strangers’ messages in order, and names what is wrong with others', async () => {
    await run();
    const bob = await newPerson(relay);
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
    const nobody = await newPerson(relay);
    expect(await send(sender, nobody, 'x', { kind: 'stranger' })).toEqual({ outcome: 'unknown-account' });
    expect(await send(sender, bob, 'x'.repeat(97 * 1024))).toEqual({ outcome: 'rejected', status: 413 });
    expect(texts).toHaveLength(4);
  });

  it('gets an envelope again until it is committed, under the same ID, and never after', async () => {
    await run();
    const bob = await newPerson(relay);
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

  it('goes on with a relay that its operator stops and starts again, and nobody is told of trouble', async () => {
    await run();
    const bob = await newPerson(relay);
    const sender = newRoad();
    const { collector, texts, until } = collect();
    const own = newRoad();
    own.start(await enrol(own, bob.enrolment), collector);
    const outcomes = new Set<string>();
    let over = false;
    const sent: string[] = [];
    const sending = (async () => {
      while (!over) {
        const text = `message ${sent.length}`;
        outcomes.add((await send(sender, bob, text)).outcome);
        sent.push(text);
      }
    })();
    const { port } = new URL(relay.url);
    for (let restart = 0; restart < 3; restart++) {
      const before = texts.length;
      await until('some messages', () => texts.length > before + 20);
      await relay.close();
      await run({ listen: { host: '127.0.0.1', port: Number(port) } });
    }
    const before = texts.length;
    await until('some more', () => texts.length > before + 20);
    over = true;
    await sending;
    // What was handed over and not acknowledged in time comes again.
    await until('all', () => new Set(texts).size >= sent.length);
    expect([...new Set(texts)]).toEqual(sent);
    expect(outcomes).toEqual(new Set(['stored']));
  });

  it('yields to another connection of the same device', async () => {
    await run();
    const bob = await newPerson(relay);
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
    const bob = await newPerson(relay);
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
    const [alice, mallory] = [await newPerson(relay), await newPerson(relay)];
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
    const bob = await newPerson(relay);
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

  it('tells a relay with another key from the right one, and sends it nothing', async () => {
    await run();
    const bob = await newPerson(relay);
    const road = newRoad({ key: randomBytes(32) });
    expect(await road.probe()).toEqual({ outcome: 'failed', reason: 'wrong-key' });
    expect(await send(road, bob, 'x')).toEqual({ outcome: 'unreachable' });
    expect(await road.enrol(bob.enrolment)).toEqual({ outcome: 'unreachable', reason: 'wrong-key' });
  });
});
