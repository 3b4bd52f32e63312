import { type Bytes, utf8 } from '@sotto/bytes';
import { type AccountId, accountIdFromBytes, aciOf, type RelayAddress } from '@sotto/identity';
import { formatJson, formatRelayInfo } from '@sotto/protocol';
import { describe, expect, it } from 'vitest';
import type { AskServer } from '../src/ask-server.ts';
import { encodeCredentials } from '../src/credentials.ts';
import { createRelayRoad } from '../src/relay-road.ts';
import { BOB, CONTACT, delivery, INFO, STRANGER, silent } from './_road.ts';
import { around, createScriptedRelay, quiet } from './scripted-relay.ts';

const ALICE: AccountId = accountIdFromBytes(new Uint8Array(33).fill(5).fill(7, 1));
/** What the relay says that it is encrypted to, and what the recipient's record says. */
const TOLD = new Uint8Array(32).fill(11);
const SIGNED = new Uint8Array(32).fill(12);
const OWN: RelayAddress = { url: 'https://relay.example' };
const CREDENTIALS = encodeCredentials({ aci: aciOf(ALICE), device: 1, password: new Uint8Array(32) });

interface Asked {
  readonly key: Bytes;
  readonly host: string;
  readonly what: string;
}

/** A road that has started, its relay, and the onion network that it may be asked through. */
async function started({ answers = true, own = OWN }: { answers?: boolean; own?: RelayAddress } = {}) {
  const said = formatJson(formatRelayInfo({ ...INFO, onionKey: TOLD }));
  const answerTo = (path: string) => ({ status: 200, body: path.endsWith('/relay') ? said : utf8('{}') });
  const relay = createScriptedRelay(({ path }) => answerTo(path));
  const { clock, surroundings } = around(relay);
  const asked: Asked[] = [];
  const through: AskServer = async ({ host, x25519 }, { method, endpoint }) => {
    asked.push({ key: x25519, host, what: `${method} ${endpoint}` });
    return answers ? { outcome: 'answered', headers: {}, ...answerTo(endpoint) } : { outcome: 'unanswered' };
  };
  const receipts = { request: () => undefined };
  const road = createRelayRoad({ ...surroundings, relay: own, receipts, through });
  road.start(CREDENTIALS, silent);
  await quiet();
  const [mail] = relay.sockets;
  if (mail === undefined) throw new Error('no connection for mail');
  return { road, relay, mail, asked, clock };
}

type Started = Awaited<ReturnType<typeof started>>;

/** Everything that must not say who asks. */
async function askAll({ road }: Started, relays: readonly RelayAddress[]) {
  await road.deliver({ ...delivery(CONTACT), relays });
  await road.deliver({ ...delivery(STRANGER), relays });
  await road.fetchPreKeys(BOB, CONTACT, relays);
  await road.fetchPreKeys(BOB, STRANGER, relays);
  await road.fetchRecord(BOB, relays);
  await road.fetchRecord(ALICE);
  await road.address?.();
  return road.probe();
}

const dialled = ({ relay, mail }: Started) => relay.sockets.filter((socket) => socket !== mail);

describe('one’s own relay', () => {
  it('is asked directly, by connections that are nobody’s', async () => {
    const world = await started();
    expect(await askAll(world, [{ ...OWN, onionKey: SIGNED }])).toMatchObject({ outcome: 'ok' });
    expect(world.asked).toEqual([]);
    expect(dialled(world)).toHaveLength(2);
  });

  it('is asked through the onion network where that is wished, and nothing but mail is dialled', async () => {
    const world = await started();
    world.road.reach?.('onion');
    expect(await askAll(world, [{ ...OWN, onionKey: SIGNED }])).toMatchObject({ outcome: 'ok' });
    expect(dialled(world)).toEqual([]);
    expect(world.mail.requests.map(({ path }) => path)).toEqual(['/v1/sotto/relay']);
    expect(new Set(world.asked.map(({ host }) => host))).toEqual(new Set(['relay.example']));
    // Whoever's record says by what they are reached is asked about by that; of others the relay's word is taken.
    const by = (key: Bytes) => world.asked.filter((each) => each.key === key).map(({ what }) => what);
    expect(by(SIGNED)).toHaveLength(6);
    expect(world.asked.filter(({ key }) => key !== SIGNED).map(({ what }) => what.split('/')[2])).toEqual([
      'sotto',
      'keepalive',
    ]);
    await world.road.close();
  });

  it('is asked by what it says that requests are encrypted to, where no record says it', async () => {
    const world = await started();
    world.road.reach?.('onion');
    expect(await world.road.deliver({ ...delivery(CONTACT), relays: [] })).toEqual({ outcome: 'stored' });
    expect(await world.road.deliver({ ...delivery(CONTACT), relays: [OWN] })).toEqual({ outcome: 'stored' });
    expect(world.asked.map(({ key }) => key)).toEqual([TOLD, TOLD]);
    expect(dialled(world)).toEqual([]);
  });

  it('is never asked directly instead, however silent the onion network is', async () => {
    const world = await started({ answers: false });
    world.road.reach?.('onion');
    const relays = [{ ...OWN, onionKey: SIGNED }];
    expect(await askAll(world, relays)).toEqual({ outcome: 'failed', reason: 'no answer' });
    expect(await world.road.deliver({ ...delivery(CONTACT), relays })).toEqual({ outcome: 'unreachable' });
    expect(await world.road.fetchRecord(BOB, relays)).toEqual({ outcome: 'unreachable' });
    expect(dialled(world)).toEqual([]);
  });

  it.each([
    ['without the onion network', undefined],
    ['at an address that storage nodes do not look at', 'https://10.1.2.3'],
  ])('is out of reach %s', async (_, url) => {
    const relay = createScriptedRelay(() => ({ status: 200 }));
    const { surroundings } = around(relay);
    const asked: unknown[] = [];
    const through: AskServer = async (server) => {
      asked.push(server);
      return { outcome: 'unanswered' };
    };
    const road = createRelayRoad({
      ...surroundings,
      ...(url === undefined ? {} : { relay: { url }, through }),
      receipts: { request: () => undefined },
    });
    road.start(CREDENTIALS, silent);
    road.reach?.('onion');
    const relays = [{ url: url ?? OWN.url, onionKey: SIGNED }];
    expect(await road.deliver({ ...delivery(CONTACT), relays })).toEqual({ outcome: 'unreachable' });
    expect(await road.fetchPreKeys(BOB, CONTACT, relays)).toEqual({ outcome: 'unreachable' });
    expect(await road.fetchRecord(BOB, relays)).toEqual({ outcome: 'unreachable' });
    expect([asked, relay.sockets.length]).toEqual([[], 1]);
  });

  it('changes its ways at once: what stands is ended, and what waits on it is not done', async () => {
    const world = await started();
    const relays = [{ ...OWN, onionKey: SIGNED }];
    const deliver = () => world.road.deliver({ ...delivery(CONTACT), relays });
    expect(await deliver()).toEqual({ outcome: 'stored' });
    const [line] = dialled(world);
    expect(line?.closedBy).toBeUndefined();
    world.road.reach?.('onion');
    expect(line?.closedBy).toBe(1000);
    expect(await deliver()).toEqual({ outcome: 'stored' });
    expect([dialled(world).length, world.asked.length]).toEqual([1, 1]);
    world.road.reach?.('direct');
    expect(await deliver()).toEqual({ outcome: 'stored' });
    expect([dialled(world).length, world.asked.length]).toEqual([2, 1]);
  });

  it('that was not to be trusted where it was dialled is no trouble where it is not', async () => {
    const relay = createScriptedRelay(() => ({ status: 200 }));
    const { surroundings } = around(relay);
    const road = createRelayRoad({ ...surroundings, receipts: { request: () => undefined } });
    const told: unknown[] = [];
    road.start(CREDENTIALS, { ...silent, distrusted: (reason) => told.push(reason) });
    await quiet();
    relay.refusals.push({ outcome: 'wrong-key' });
    await road.deliver(delivery(CONTACT));
    road.reach?.('onion');
    expect(told).toEqual(['wrong-key', undefined]);
  });

  it('that is being worked for when that changes gets the work by no direct connection', async () => {
    const world = await started();
    const toil = (isWorking: boolean) => {
      if (isWorking) world.road.reach?.('onion');
    };
    const sending = world.road.deliver({ ...delivery(STRANGER), relays: [] }, toil);
    expect(await sending).toEqual({ outcome: 'unreachable' });
    const paths = dialled(world).flatMap(({ requests }) => requests.map(({ path }) => path));
    expect(paths).toEqual(['/v1/sotto/relay']);
  });
});
