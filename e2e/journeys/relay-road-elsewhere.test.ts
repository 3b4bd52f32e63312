import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@sotto/bytes';
import type { Access, Road } from '@sotto/client';
import { randomBytes } from '@sotto/crypto';
import { parseRelayUrl } from '@sotto/identity';
import { nodeNet } from '@sotto/net-node';
import { buildOnionRequest, nodeKeysFromSeed, peelLayer, readClientRequest } from '@sotto/onion';
import { receiptCredentials } from '@sotto/ratchet-libsignal';
import { type RunningRelay, startRelay } from '@sotto/relay';
import { type AskServer, createRelayRoad } from '@sotto/transport-relay';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clock, collect, enrol, newPerson, send } from '../src/relay-road-people.ts';

const folders: string[] = [];
const roads: Road[] = [];
let mine: RunningRelay;
let other: RunningRelay;

function run(): Promise<RunningRelay> {
  const data = mkdtempSync(join(tmpdir(), 'sotto-relay-road-'));
  folders.push(data);
  return startRelay({
    data,
    listen: { host: '127.0.0.1', port: 0 },
    registration: 'open',
    workBits: { ticket: 4, keys: 4, request: 4 },
  });
}

beforeEach(async () => {
  mine = await run();
  other = await run();
});
afterEach(async () => {
  for (const road of roads.splice(0)) await road.close();
  await mine.close();
  await other.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newRoad(relay: RunningRelay, through?: AskServer): Road {
  const road = createRelayRoad({
    relay: parseRelayUrl(relay.url),
    ...(through && { through }),
    net: nodeNet(),
    clock,
    random: randomBytes,
    receipts: receiptCredentials,
  });
  roads.push(road);
  return road;
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

describe('the relay road and two relays', () => {
  it('reaches somebody at another relay by way of a hop, and never dials that relay', async () => {
    const bob = await newPerson(other);
    const own = newRoad(other);
    const { collector, texts, until } = collect();
    own.start(await enrol(own, bob.enrolment), collector);
    await own.publishPreKeys(bob.keys);
    const address = await own.address?.();
    if (address === undefined) throw new Error('no address');
    expect(address).toMatchObject({ ...parseRelayUrl(other.url), onionKey: expect.any(Uint8Array) });

    const asked: string[] = [];
    const sender = newRoad(mine, oneHop(asked));
    const opened = other.events.totals()['socket-opened'];
    const relays = [{ url: 'https://keyless.example' }, address];
    expect(await sender.fetchPreKeys(bob.account, bob.access, relays)).toMatchObject({ outcome: 'found' });
    expect(await send(sender, bob, 'one', bob.access, relays)).toEqual({ outcome: 'stored' });
    expect(await send(sender, bob, 'two', { kind: 'stranger' }, relays)).toEqual({ outcome: 'stored' });
    const wrong: Access = { kind: 'contact', accessKey: randomBytes(16), mailboxes: [] };
    expect(await send(sender, bob, 'x', wrong, relays)).toEqual({ outcome: 'not-authorized' });
    expect(await send(sender, await newPerson(other), 'x', { kind: 'stranger' }, relays)).toEqual({
      outcome: 'unknown-account',
    });
    await until('both', () => texts.length === 2);
    expect(texts).toEqual(['one', 'two']);
    expect(new Set(asked)).toEqual(new Set([`${new URL(other.url).host}/oxen/v4/lsrpc`]));
    expect(other.events.totals()['socket-opened']).toBe(opened);
    expect(mine.events.totals()['socket-opened']).toBeUndefined();
  });
});
