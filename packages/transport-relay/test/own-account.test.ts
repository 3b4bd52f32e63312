import { type Bytes, utf8 } from '@sotto/bytes';
import { type AccountId, accountIdFromBytes, aciOf, type RelayAddress } from '@sotto/identity';
import { formatJson, formatRelayInfo } from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import { encodeCredentials } from '../src/credentials.ts';
import { BOB, BOB_ACI, CONTACT, delivery, INFO, roadTo, silent } from './_road.ts';
import { quiet, type ScriptedAnswer } from './scripted-relay.ts';

describe('the relay’s own address', () => {
  const own: RelayAddress = { url: 'https://relay.example', key: new Uint8Array(32).fill(9) };
  const said = (onionKey?: Bytes): ScriptedAnswer => ({
    status: 200,
    body: formatJson(formatRelayInfo({ ...INFO, ...(onionKey && { onionKey }) })),
  });

  it('has the key by which it is reached through the onion network', async () => {
    const onionKey = new Uint8Array(32).fill(7);
    const { road, relay, clock } = roadTo(() => said(onionKey));
    expect(await road.address?.()).toEqual({ ...own, onionKey });
    expect(await road.address?.()).toEqual({ ...own, onionKey });
    expect(relay.sockets[0]?.requests).toHaveLength(1);
    // An hour later it is asked again; while it is away, what it said last still holds.
    await clock.advance(2 * 60 * 60 * 1000);
    relay.refusals.push({ outcome: 'unreachable', reason: 'timeout' });
    expect(await road.address?.()).toEqual({ ...own, onionKey });
  });

  it('has none when it told none, or one that no record may hold', async () => {
    expect(await roadTo(() => said()).road.address?.()).toEqual(own);
    expect(await roadTo(() => said(new Uint8Array(32))).road.address?.()).toEqual(own);
  });

  it('is unknown while the relay has not been reached', async () => {
    expect(await roadTo(() => ({ status: 500 })).road.address?.()).toBeUndefined();
  });
});

describe('looking at records', () => {
  const CAROL: AccountId = accountIdFromBytes(new Uint8Array(33).fill(5).fill(7, 1));

  it('shows on no connection that sends who is sending there', async () => {
    const { road, relay } = roadTo(({ verb }) =>
      verb === 'GET'
        ? { status: 200, body: utf8('record') }
        : { status: 200, body: utf8('{"needsSync":false}') },
    );
    const credentials = encodeCredentials({ aci: aciOf(BOB), device: 1, password: new Uint8Array(32) });
    road.start(credentials, silent);
    expect((await road.fetchRecord(CAROL)).outcome).toBe('found');
    expect((await road.deliver({ ...delivery(CONTACT), to: CAROL })).outcome).toBe('stored');
    expect((await road.fetchRecord(BOB)).outcome).toBe('found');
    const naming = relay.sockets.filter(({ requests }) =>
      requests.some(({ path }) => path.includes(BOB_ACI)),
    );
    expect(naming.map(({ requests }) => requests.map(({ path }) => path))).toEqual([
      [`/v1/sotto/record/${BOB_ACI}`],
    ]);
    expect(naming[0]?.closedBy).toBe(1000);
    await road.close();
  });
});

describe('one’s own account', () => {
  const collector = silent;
  const credentials = encodeCredentials({ aci: aciOf(BOB), device: 1, password: new Uint8Array(32) });

  it('is spoken of on the authenticated connection only', async () => {
    const seen: [string, boolean][] = [];
    const { road } = roadTo((request, socket) => {
      seen.push([`${request.verb} ${request.path}`, 'authorization' in socket.opened.headers]);
      return request.verb === 'GET'
        ? { status: 200, body: utf8('{"count":5,"pqCount":6}') }
        : { status: 204 };
    });
    expect(await road.publishRecord(BOB, utf8('record'))).toEqual({ outcome: 'unreachable' });
    road.start(credentials, collector);
    expect(await road.publishRecord(BOB, utf8('record'))).toEqual({ outcome: 'published' });
    expect(await road.publishPreKeys({ preKeys: [], kyberPreKeys: [] })).toEqual({ outcome: 'published' });
    expect(await road.countPreKeys()).toEqual({ preKeys: 5, kyberPreKeys: 6 });
    expect(await road.leave()).toEqual({ outcome: 'published' });
    expect(seen).toEqual([
      ['PUT /v1/sotto/record', true],
      ['PUT /v2/keys?identity=aci', true],
      ['GET /v2/keys?identity=aci', true],
      ['DELETE /v1/accounts/me', true],
    ]);
    expect(() => road.start(credentials, collector)).toThrow(
      expect.objectContaining({ code: 'already-started' }),
    );
    await road.close();
  });

  it('takes being hung up on for the answer to its own deletion, and for no other', async () => {
    const { road, relay } = roadTo((request, socket) => {
      if (request.verb === 'DELETE') socket.drop(4401);
      return undefined;
    });
    road.start(credentials, collector);
    expect(await road.leave()).toEqual({ outcome: 'published' });
    expect(await road.leave()).toEqual({ outcome: 'unreachable' });
    expect(relay.sockets).toHaveLength(1);
  });

  it('is told of a server with another key where it sends, and when that is over', async () => {
    const { road, relay } = roadTo(() => ({ status: 200, body: utf8('{"needsSync":false}') }));
    const told: unknown[] = [];
    road.start(credentials, { ...silent, distrusted: (reason) => told.push(reason) });
    await quiet();
    relay.refusals.push({ outcome: 'wrong-key' }, { outcome: 'untrusted' });
    for (let time = 0; time < 4; time++) await road.deliver(delivery(CONTACT));
    expect(told).toEqual(['wrong-key', 'untrusted', undefined]);
    await road.close();
  });

  it('refuses credentials that are none', () => {
    const { road } = roadTo(() => undefined);
    expect(() => road.start(new Uint8Array(3), collector)).toThrow(
      expect.objectContaining({ code: 'bad-credentials' }),
    );
  });

  it('is probed, and what is wrong is named', async () => {
    const { road, relay } = roadTo(() => ({ status: 200 }));
    expect(await road.probe()).toEqual({ outcome: 'ok', milliseconds: 0 });
    const failing = roadTo(() => ({ status: 500 }));
    expect(await failing.road.probe()).toEqual({ outcome: 'failed', reason: 'answered 500' });
    relay.sockets[0]?.drop(1006);
    relay.refusals.push({ outcome: 'wrong-key' }, { outcome: 'refused', status: 403 });
    expect(await road.probe()).toEqual({ outcome: 'failed', reason: 'wrong-key' });
    expect(await road.probe()).toEqual({ outcome: 'failed', reason: 'refused 403' });
  });
});
