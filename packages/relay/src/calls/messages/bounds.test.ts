import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, toBase64 } from '@sotto/bytes';
import { randomBytes, solveWork } from '@sotto/crypto';
import { DatabaseError, type Work } from '@sotto/database';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { TokenBuckets } from '@sotto/limits';
import { memoryOnlineMail, openMailbox, QUOTA } from '@sotto/mailbox';
import { formatJson, formatMessageList, formatUuid, HEADER, MEDIA_TYPE, parseJson } from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_FANOUT_BYTES } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { createEvents } from '../../events.ts';
import type { Call, Caller, Reply } from '../../http/call.ts';
import { createLimits, type LimitName } from '../../limits/limits.ts';
import { NewRecipients } from '../../limits/new-recipients.ts';
import { Connections } from '../../socket/connections.ts';
import { addDevice, putAccount, removeAccount } from '../../store/accounts.ts';
import { removeDevice } from '../../store/devices.ts';
import { openRelayStore } from '../../store/relay-store.ts';
import { saltedHash } from '../../store/salted-hash.ts';
import { rostersOf } from './roster.ts';
import { sendMessage } from './send-message.ts';
import { sendToMany } from './send-to-many.ts';

/** Limits far smaller than real ones, so that a few messages come to their end. */
const SIZES: Partial<Record<LimitName, number>> = {
  inboundBytes: 1_000,
  stories: 2,
  recipients: 5,
  messages: 2,
};
const ACCESS_KEY = new Uint8Array(16).fill(9);
const DEVICES = 2;
const WORK_BITS = 4;

let folder: string;
let context: RelayContext;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-bounds-'));
  const small = Object.entries(SIZES).map(([name, size]) => [
    name,
    new TokenBuckets({ size, refill: 1, keys: 100 }),
  ]);
  const store = openRelayStore(join(folder, 'relay.db'));
  const truths = (account: Bytes) => rostersOf(store.accountNow(account));
  context = {
    store,
    mailbox: openMailbox({ path: join(folder, 'mailbox.db'), truths }),
    connections: new Connections(),
    limits: { ...createLimits(), ...Object.fromEntries(small) },
    newRecipients: new NewRecipients(),
    events: createEvents(() => undefined),
    workBits: { request: WORK_BITS },
    now: () => 1_000,
    // Sends of this file ask for nothing else.
  } as unknown as RelayContext;
});
afterEach(async () => {
  await context.mailbox.close();
  await context.store.close();
  rmSync(folder, { recursive: true });
});

const device = (id: number, registrationId = 5) => ({
  id,
  password: saltedHash(randomBytes(16)),
  attributes: { fetchesMessages: true, registrationId, capabilities: {} },
  day: 0,
});

async function somebody(unrestrictedAccess = false, pni?: Bytes): Promise<Aci> {
  const aci = aciFromBytes(randomBytes(16));
  await context.store.write(function* () {
    const authCredentialSalt = randomBytes(16);
    const account = { aci, identityKey: randomBytes(33), accessKey: ACCESS_KEY, unrestrictedAccess };
    const phone = pni && {
      numberHash: randomBytes(32),
      pni,
      identityKey: randomBytes(33),
      discoverable: false,
    };
    yield* putAccount({ ...account, authCredentialSalt, ...(phone && { phone }) }, 0);
    for (let id = 1; id <= DEVICES; id++) yield* addDevice(aci, device(id));
  });
  return aci;
}

const call = (changes: Partial<Call>): Call => ({
  verb: 'PUT',
  parameters: [],
  query: new Map(),
  headers: new Map([[HEADER.accessKey, toBase64(ACCESS_KEY)]]),
  body: new Uint8Array(0),
  from: '203.0.113.1',
  waits: () => undefined,
  ...changes,
});

interface Sent {
  readonly online?: boolean;
  /** Instead of what the query asks for. */
  readonly headers?: ReadonlyMap<string, string>;
  readonly caller?: Caller;
}

function send(
  to: Aci | string,
  size: number,
  query: readonly [string, string][] = [],
  { online = false, headers = new Map(query.length > 0 ? [] : call({}).headers), caller }: Sent = {},
): Promise<Reply> {
  const messages = [1, 2].map((destinationDeviceId) => ({
    type: 6,
    destinationDeviceId,
    destinationRegistrationId: 5,
    content: new Uint8Array(size),
  }));
  const body = formatJson(formatMessageList({ messages, timestamp: 1, online, urgent: true }));
  const name = typeof to === 'string' ? to : formatUuid(to);
  const changes = { parameters: [name], query: new Map(query), headers, body };
  return sendMessage(context, call({ ...changes, ...(caller && { caller }) }));
}

/** A message to many as libsignal writes it, of which each device gets `size` bytes (reference: signal-service §4.2). */
function toMany(size: number, ...recipients: readonly (readonly number[])[]): Bytes {
  const parts = recipients.flatMap((name) => [...name, 1, 0x80, 5, 2, 0, 5, ...new Uint8Array(48)]);
  const { length } = recipients;
  const count = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return Uint8Array.of(0x23, ...count, ...parts, ...new Uint8Array(size - 49));
}

function sendAll(size: number, recipients: readonly Aci[], changes: Partial<Call> = {}): Promise<Reply> {
  const key = recipients.length % 2 === 0 ? new Uint8Array(16) : ACCESS_KEY;
  const headers = new Map([
    [HEADER.contentType, MEDIA_TYPE.multiRecipient as string],
    [HEADER.accessKey, toBase64(key)],
  ]);
  return sendToMany(
    context,
    call({ headers, body: toMany(size, ...recipients.map((aci) => [0, ...aci])), ...changes }),
  );
}

const waiting = async (account: Aci): Promise<number> =>
  (await context.mailbox.read({ account, device: 2 }, 0, 100)).length;
const retryAfter = ({ headers }: Reply) => headers.get(HEADER.retryAfter);
const bodyOf = ({ body }: Reply) => parseJson(body as Bytes);

describe('what one account is sent', () => {
  it('is limited in bytes, of all senders and devices together', async () => {
    const bob = await somebody();
    expect((await send(bob, 300)).status).toBe(200);
    const refused = await send(bob, 300);
    expect([refused.status, retryAfter(refused)]).toEqual([429, '1']);
    expect((await send(await somebody(), 300)).status).toBe(200);
    expect((await send(bob, 200)).status).toBe(200);
    expect(await waiting(bob)).toBe(2);
  });

  it('of many is not charged to any when one of them is over the limit', async () => {
    const [bob, carol] = [await somebody(), await somebody()];
    expect((await send(bob, 300)).status).toBe(200);
    expect((await sendAll(300, [bob, carol])).status).toBe(429);
    expect(await waiting(carol)).toBe(0);
    expect((await send(carol, 500)).status).toBe(200);
    expect((await sendAll(200, [bob])).status).toBe(200);
    expect((await sendAll(100, [bob])).status).toBe(429);
  });

  it('of stories is limited in number, and has room of its own', async () => {
    const bob = await somebody();
    const story = [['story', 'true']] as const;
    const tell = () =>
      send(
        bob,
        10,
        story.map(([name, value]) => [name, value]),
      );
    const statuses = [await tell(), await tell(), await tell()].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await context.mailbox.use({ account: bob, device: 2 }, 'story')).count).toBe(2);
    expect((await sendAll(100, [bob], { query: new Map(story) })).status).toBe(429);
    // 40 bytes are stories; all thousand are left for contacts.
    expect((await send(bob, 500)).status).toBe(200);
  });

  it('of stories is limited in bytes, and takes none from contacts', async () => {
    const [bob, carol] = [await somebody(), await somebody()];
    const story = new Map([['story', 'true']]);
    expect((await send(bob, 400, [...story])).status).toBe(200);
    expect((await send(bob, 400, [...story])).status).toBe(429);
    expect((await sendAll(400, [carol], { query: story })).status).toBe(200);
    expect((await sendAll(400, [carol], { query: story })).status).toBe(429);
    for (const one of [bob, carol]) expect((await send(one, 500)).status).toBe(200);
  });

  it('of stories lies where they have room, also when they are for now', async () => {
    const bob = await somebody();
    expect((await send(bob, 10, [['story', 'true']], { online: true })).status).toBe(200);
    expect((await context.mailbox.use({ account: bob, device: 2 }, 'story')).count).toBe(1);
  });
});

describe('a message to many', () => {
  it('is limited in recipients, of one address', async () => {
    const people = [await somebody(), await somebody(), await somebody()];
    expect((await sendAll(90, people)).status).toBe(200);
    expect((await sendAll(90, people)).status).toBe(429);
    expect((await sendAll(90, people, { from: '203.0.113.2' })).status).toBe(200);
  });

  it('needs no key of who is open to everybody', async () => {
    const [bob, open] = [await somebody(), await somebody(true)];
    const headers = new Map([
      [HEADER.contentType, MEDIA_TYPE.multiRecipient as string],
      [HEADER.accessKey, toBase64(ACCESS_KEY)],
    ]);
    expect((await sendAll(90, [bob, open], { headers })).status).toBe(200);
    expect((await sendAll(90, [bob, open])).status).toBe(401);
  });

  it('is a story that is taken alike for a number’s own identity and for nobody', async () => {
    const pni = randomBytes(16);
    const bob = await somebody(false, pni);
    const query = new Map([['story', 'true']]);
    for (const uuid of [pni, randomBytes(16)]) {
      const single = await send(`PNI:${formatUuid(uuid)}`, 10, [...query]);
      expect([single.status, bodyOf(single)]).toEqual([200, { needsSync: false }]);
      const many = await sendToMany(
        context,
        call({
          query,
          headers: new Map([[HEADER.contentType, MEDIA_TYPE.multiRecipient]]),
          body: toMany(90, [1, ...uuid]),
        }),
      );
      expect([many.status, bodyOf(many)]).toEqual([200, { uuids404: [] }]);
    }
    expect(await waiting(bob)).toBe(0);
  });

  it('is nobody’s when one has no room', async () => {
    const [bob, carol] = [await somebody(), await somebody()];
    const fill = Array.from({ length: QUOTA.contact.count }, () => ({
      queue: { account: carol, device: 1 },
      class: 'contact' as const,
      id: randomBytes(16),
      receivedAt: 0,
      envelope: Uint8Array.of(1),
    }));
    await context.mailbox.append(fill);
    expect(retryAfter(await sendAll(90, [bob, carol]))).toBe('60');
    expect(await waiting(bob)).toBe(0);
    // Who got nothing is not charged for it: all of the thousand bytes are left.
    expect((await sendAll(500, [bob])).status).toBe(200);
  });

  it('is refused alike for somebody and for nobody when its key is not theirs', async () => {
    const bob = await somebody();
    const headers = new Map([
      [HEADER.contentType, MEDIA_TYPE.multiRecipient as string],
      [HEADER.accessKey, toBase64(new Uint8Array(16).fill(8))],
    ]);
    expect((await sendAll(90, [bob], { headers })).status).toBe(401);
    expect((await sendAll(90, [aciFromBytes(randomBytes(16))], { headers })).status).toBe(401);
  });

  it('has no more copies than can be stored in one piece', async () => {
    const large = 90_000;
    const many = Math.ceil(MAX_FANOUT_BYTES / large / DEVICES);
    const people: Aci[] = [];
    for (let count = 0; count < many; count++) people.push(await somebody());
    const own = { from: '127.0.0.1' };
    expect((await sendAll(large, people, own)).status).toBe(413);
    // One fewer is let through to the next bound.
    expect((await sendAll(large, people.slice(1), own)).status).toBe(429);
  });
});

/** The change is committed after the send has compared, and before its mail is. */
async function overtaken(sending: Promise<Reply>, change: () => Work<void>) {
  const [{ status, body }] = await Promise.all([sending, context.store.write(change)]);
  return { status, said: body && parseJson(body) };
}

describe('a send that a change of devices overtakes', () => {
  it('is answered by the devices that there are then, and nothing of it is kept', async () => {
    const [bob, carol, dave, eve] = [await somebody(), await somebody(), await somebody(), await somebody()];
    expect(await overtaken(send(bob, 10), () => addDevice(bob, device(3)))).toEqual({
      status: 409,
      said: { missingDevices: [3], extraDevices: [] },
    });
    expect(await overtaken(send(carol, 10), () => removeDevice({ aci: carol, device: 2 }))).toMatchObject({
      status: 409,
      said: { missingDevices: [], extraDevices: [2] },
    });
    const anew = overtaken(send(dave, 10), function* () {
      yield* removeDevice({ aci: dave, device: 2 });
      yield* addDevice(dave, device(2, 6));
    });
    expect(await anew).toEqual({ status: 410, said: { staleDevices: [2] } });
    expect(await overtaken(send(eve, 10), () => removeAccount(eve))).toMatchObject({ status: 401 });
    for (const account of [bob, carol, dave, eve]) expect(await waiting(account)).toBe(0);
  });

  it('is kept for none of many when it is of one', async () => {
    const [bob, carol] = [await somebody(), await somebody()];
    const linked = overtaken(sendAll(100, [bob, carol]), () => addDevice(carol, device(3)));
    expect(await linked).toMatchObject({ status: 409, said: [{ devices: { missingDevices: [3] } }] });
    const gone = overtaken(sendAll(100, [bob]), () => removeAccount(bob));
    expect(await gone).toMatchObject({ status: 401 });
    expect([await waiting(bob), await waiting(carol)]).toEqual([0, 0]);
  });

  it('is charged once: to who shows its name, and to who is told a story', async () => {
    const [bob, carol] = [await somebody(), await somebody()];
    const caller = { aci: await somebody(), device: 1, credential: 'x' } as unknown as Caller;
    const named = () => send(bob, 10, [], { caller });
    const told = () => send(carol, 10, [['story', 'true']]);
    for (const [to, each] of [
      [bob, named],
      [carol, told],
    ] as const) {
      expect(await overtaken(each(), () => addDevice(to, device(3)))).toMatchObject({ status: 409 });
      await context.store.write(() => removeDevice({ aci: to, device: 3 }));
      expect([(await each()).status, (await each()).status]).toEqual([200, 429]);
    }
  });
});

describe('a stranger’s work', () => {
  const paid = async (to: Aci) => {
    const terms = { purpose: 'request', target: to, bits: WORK_BITS, now: 1_000, random: randomBytes };
    return { headers: new Map([[HEADER.work as string, await solveWork(terms)]]) };
  };
  const requests = async (account: Aci): Promise<number> =>
    (await context.mailbox.use({ account, device: 1 }, 'request')).count;

  it('is not spent by a send of which nothing was kept', async () => {
    const bob = await somebody();
    const work = await paid(bob);
    const fill = Array.from({ length: QUOTA.request.count }, () => ({
      queue: { account: bob, device: 1 },
      class: 'request' as const,
      id: randomBytes(16),
      receivedAt: 0,
      envelope: Uint8Array.of(1),
    }));
    await context.mailbox.append(fill);
    expect((await send(bob, 10, [], work)).status).toBe(429);
    await context.mailbox.clear(bob);
    expect(await overtaken(send(bob, 10, [], work), () => addDevice(bob, device(3)))).toMatchObject({
      status: 409,
    });
    await context.store.write(() => removeDevice({ aci: bob, device: 3 }));
    const replaceBy = (registrationId: number) =>
      function* () {
        yield* removeDevice({ aci: bob, device: 2 });
        yield* addDevice(bob, device(2, registrationId));
      };
    expect(await overtaken(send(bob, 10, [], work), replaceBy(6))).toMatchObject({ status: 410 });
    await context.store.write(replaceBy(5));
    const { mailbox } = context;
    const away = async (): Promise<never> => {
      throw new DatabaseError('not-committed', 'not now');
    };
    context = {
      ...context,
      mailbox: Object.assign(Object.create(mailbox), { append: away, appendPaid: away }),
    };
    await expect(send(bob, 10, [], work)).rejects.toMatchObject({ code: 'not-committed' });
    context = { ...context, mailbox };
    expect([(await send(bob, 10, [], work)).status, await requests(bob)]).toEqual([200, 1]);
  });

  it('pays for one message, and the same request is answered as before and kept once', async () => {
    const bob = await somebody();
    const work = await paid(bob);
    const statuses = (await Promise.all([10, 10, 20].map((size) => send(bob, size, [], work)))).map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([200, 200, 401]);
    await context.mailbox.clear(bob);
    expect((await send(bob, 10, [], work)).status).toBe(200);
    expect((await send(bob, 20, [], work)).status).toBe(401);
    expect(await requests(bob)).toBe(0);
    // Only what was kept was charged: 980 of the thousand bytes are left.
    expect((await send(bob, 490, [], await paid(bob))).status).toBe(200);
  });

  it('pays for one that is for now as well, once', async () => {
    const bob = await somebody();
    context = { ...context, onlineMail: memoryOnlineMail() };
    const work = await paid(bob);
    const statuses = [];
    for (const size of [10, 10, 20]) {
      statuses.push((await send(bob, size, [], { ...work, online: true })).status);
    }
    expect(statuses).toEqual([200, 200, 401]);
    expect(await context.onlineMail.take({ account: bob, device: 1 }, 1_000)).toHaveLength(1);
  });
});
