import { asBytes, type Bytes, toBase64, toHex, utf8 } from '@sotto/bytes';
import { blake2b, randomBytes } from '@sotto/crypto';
import { MESSAGE_HASH_BYTES, messageHashInput, messageHashText } from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LINK_PATH } from '../src/link/paths.ts';
import { judgeOperation } from '../src/rpc/judge-remembered.ts';
import { messageSyncId, operationSyncId } from '../src/store/operation.ts';
import { answerSync, type SyncQuestion } from '../src/sync/answer-sync.ts';
import { SyncDigest } from '../src/sync/digest.ts';
import { bucketOf, compareIds, nameOf } from '../src/sync/sync-id.ts';
import { decodeItem, encodeItem, type MessageItem, type OperationItem } from '../src/sync/sync-item.ts';
import {
  decodeFates,
  encodeIdsReply,
  encodeItemsReply,
  encodeSummaryReply,
  encodeSyncRequest,
  FATE,
} from '../src/sync/sync-wire.ts';
import { type Author, createAuthor, createMembers, type Member, type Members } from './_members.ts';

/** One member of a swarm of three that says what is not so, when the others look for what they lack. */

const DAY = 86_400_000;
let members: Members;
let author: Author;
let honest: Member;
let liar: Member;
let victim: Member;

beforeEach(() => {
  members = createMembers(3);
  author = createAuthor();
  [honest, liar, victim] = members.all as [Member, Member, Member];
});
afterEach(() => members.close());

interface Said {
  readonly id: Bytes;
  readonly item: Bytes;
}

/** Have the liar hold these and nothing else, or say so. */
function sayThat(...all: readonly Said[]): void {
  const list = (from: number, to: number) =>
    all
      .map(({ id }) => id)
      .filter((id) => bucketOf(id) >= from && bucketOf(id) < to)
      .sort(compareIds);
  const read = (ids: readonly Bytes[]) =>
    ids.map((id) => all.find((one) => nameOf(one.id) === nameOf(id))?.item);
  const digest = new SyncDigest(list);
  liar.lie = (question) => answerSync({ digest, list, read }, question as SyncQuestion);
}

function message(item: MessageItem): Said {
  const { mailbox, namespace, data } = item;
  const hash = messageHashText(blake2b(MESSAGE_HASH_BYTES, messageHashInput(mailbox, namespace, data)));
  return { id: messageSyncId({ ...item, hash }), item: encodeItem(item) };
}

function operation(item: OperationItem, request = Buffer.from(item.text).toString()): Said {
  const judged = judgeOperation({ request, at: item.at }, () => undefined);
  return { id: operationSyncId(judged?.identity ?? randomBytes(16), item.at), item: encodeItem(item) };
}

/** What a member has of a box, as a liar could have seen it. */
function seen(member: Member, namespace: number): readonly MessageItem[] {
  const ids = member.store.sync.listSyncIds(0, 65_536, members.now);
  return member.store.sync.readBySyncId(ids).flatMap((kept) => {
    if (kept.kind !== 'message' || kept.message.namespace !== namespace) return [];
    const item = decodeItem(encodeItem({ kind: 'message', ...kept.message }));
    return item?.kind === 'message' ? [item] : [];
  });
}

function seenOperations(member: Member): readonly OperationItem[] {
  const ids = member.store.sync.listSyncIds(0, 65_536, members.now);
  return member.store.sync
    .readBySyncId(ids)
    .flatMap((kept) =>
      kept.kind === 'operation'
        ? [{ kind: 'operation' as const, at: kept.operation.at, text: utf8(kept.operation.request) }]
        : [],
    );
}

function texts(member: Member, namespace: number): readonly string[] {
  const { messages } = member.store.messages.read(
    { mailbox: author.mailbox, namespace, maxSize: 10_000_000 },
    members.now,
  );
  return messages.map(({ data }) => Buffer.from(data).toString()).sort();
}

async function stored(namespace: number, text: string): Promise<string> {
  const { body } = await honest.ask('store', author.store(namespace, text, members.now, DAY));
  return String(body['hash']);
}

async function first(namespace: number, text: string): Promise<{ item: MessageItem; hash: string }> {
  const hash = await stored(namespace, text);
  const [item] = seen(honest, namespace);
  if (item === undefined) throw new Error('nothing is stored');
  return { item, hash };
}

/** Do it while the victim is away. */
async function without<Result>(work: () => Promise<Result>): Promise<Result> {
  victim.place.side = 1;
  const result = await work();
  victim.place.side = 0;
  return result;
}

const pull = async () => (await victim.sync.pull(liar.key)).outcome;

describe('a member that makes something up', () => {
  it('is not believed about its owner’s own boxes without its owner’s signature', async () => {
    const { item } = await without(() => first(42, 'state'));
    const { evidence, ...bare } = item;
    const wrong = { ...item, evidence: { signature: randomBytes(64) } };
    // The signature is no part of what is compared, so these are one thing.
    for (const said of [bare, wrong]) {
      sayThat(message(said), message({ ...item, namespace: 43 }));
      expect(await pull()).toBe('done');
      members.now += 5 * 60_000;
    }
    expect([...texts(victim, 42), ...texts(victim, 43)]).toEqual([]);
    expect(evidence).toBeDefined();
  });

  it('is believed when a second member has the same', async () => {
    const { item } = await without(() => first(42, 'from elsewhere'));
    const { evidence: _, ...bare } = item;
    const said = message({ ...bare, data: utf8('unsigned') });
    sayThat(said);
    await pull();
    expect(texts(victim, 42)).toEqual([]);
    const alsoSaid = liar.lie;
    honest.lie = alsoSaid;
    await victim.sync.pull(honest.key);
    expect(texts(victim, 42)).toEqual(['unsigned']);
  });

  it('puts one thing at most beside each signature, which covers no data', async () => {
    const { item } = await without(() => first(42, 'genuine'));
    const forged = Array.from({ length: 20 }, (_, index) =>
      message({ ...item, data: utf8(`forged ${index}`) }),
    );
    sayThat(...forged);
    await pull();
    expect(texts(victim, 42)).toHaveLength(1);
    await victim.sync.pull(honest.key);
    members.now += 5 * 60_000;
    // Two have the genuine one.
    liar.lie = undefined;
    await victim.sync.pull(liar.key);
    await victim.sync.pull(honest.key);
    expect(texts(victim, 42)).toContain('genuine');
    expect(texts(victim, 42)).toHaveLength(2);
  });

  it('is named when what it gives is not what it was asked for', async () => {
    const { item } = await first(40, 'mail');
    const other = message({ ...item, data: utf8('other data') });
    sayThat({ id: randomIdLike(other.id), item: other.item });
    expect(await pull()).toBe('lied');
    expect(texts(victim, 40)).toEqual(['mail']);
  });

  it('is named for a delete that nobody has signed, or that was signed for another time', async () => {
    const hash = await stored(40, 'mail');
    const request = author.remove([hash]) as { signature: string };
    const unsigned = { ...request, signature: toBase64(randomBytes(64)) };
    const text = (method: string, params: object) => utf8(JSON.stringify({ method, params }));
    sayThat(operation({ kind: 'operation', at: members.now, text: text('delete', unsigned) }));
    expect(await pull()).toBe('lied');
    expect(texts(victim, 40)).toEqual(['mail']);

    await honest.ask('delete_all', author.removeAll(40, members.now));
    const [all] = seenOperations(honest);
    if (all === undefined) throw new Error('no operation');
    members.now += 10 * 60_000;
    await stored(40, 'later');
    const later = { ...all, at: members.now };
    const genuine = judgeOperation(
      { request: Buffer.from(all.text).toString(), at: all.at },
      () => undefined,
    );
    sayThat({ id: operationSyncId(genuine?.identity ?? randomBytes(16), later.at), item: encodeItem(later) });
    expect(await pull()).toBe('lied');
    expect(texts(victim, 40)).toEqual(['later']);
  });
});

describe('a member that changes what is there', () => {
  it('rolls no record back', async () => {
    await stored(-41, 'old record');
    const [old] = seen(honest, -41);
    if (old === undefined) throw new Error('no record');
    members.now += 60_000;
    await stored(-41, 'new record');
    sayThat(message(old));
    await pull();
    expect(texts(victim, -41)).toEqual(['new record']);
    // Also who has lost everything and hears the liar first has the new one as soon as an honest member is asked.
    await victim.store.write(() =>
      victim.store.holdings.forget(victim.store.sync.listSyncIds(0, 65_536, members.now)),
    );
    members.now += 5 * 60_000;
    await pull();
    expect(texts(victim, -41)).toEqual(['old record']);
    await victim.sync.pull(honest.key);
    expect(texts(victim, -41)).toEqual(['new record']);
  });

  it('puts no other record in the place of one under its signature', async () => {
    await stored(-41, 'record');
    const [item] = seen(honest, -41);
    if (item === undefined) throw new Error('no record');
    sayThat(message({ ...item, data: utf8('forged') }));
    await pull();
    expect(texts(victim, -41)).toEqual(['record']);
  });

  it('and has put one in its place where nothing was, is put right by two others', async () => {
    const { item } = await without(() => first(-41, 'record'));
    const truth = message(item);
    sayThat(message({ ...item, data: utf8('forged') }));
    await pull();
    expect(texts(victim, -41)).toEqual(['forged']);
    sayThat(truth);
    await pull();
    expect(texts(victim, -41)).toEqual(['forged']);
    await victim.sync.pull(honest.key);
    expect(texts(victim, -41)).toEqual(['record']);
  });

  it('lengthens no life beyond what may be asked for, and none that its owner has signed', async () => {
    const inbox = await first(40, 'mail');
    sayThat(message({ ...inbox.item, baseExpiry: inbox.item.storedAt + 31 * DAY }));
    expect(await pull()).toBe('lied');
    members.now += DAY / 2;
    const own = await first(42, 'state');
    members.now += 10 * 60_000;
    const storedAt = members.now;
    sayThat(message({ ...own.item, storedAt, baseExpiry: storedAt + 30 * DAY }));
    await pull();
    const [kept] = seen(victim, 42);
    expect(kept?.baseExpiry).toBe(own.item.baseExpiry);
  });

  it('ends no life by dating it anew', async () => {
    const mail = await first(40, 'mail');
    const state = await first(42, 'state');
    const record = await first(-41, 'record');
    members.now += 60_000;
    const soon = { storedAt: members.now, baseExpiry: members.now + 1_000 };
    const over = { storedAt: members.now + 1, baseExpiry: members.now - 1_000 };
    const all = [mail.item, state.item, record.item];
    sayThat(...all.flatMap((item) => [message({ ...item, ...soon }), message({ ...item, ...over })]));
    await pull();
    members.now += DAY / 2;
    expect([40, 42, -41].flatMap((namespace) => texts(victim, namespace))).toEqual([
      'mail',
      'state',
      'record',
    ]);
    // And the others are not taken in by who was.
    liar.lie = undefined;
    await members.settle();
    expect([40, 42, -41].flatMap((namespace) => texts(honest, namespace))).toEqual([
      'mail',
      'state',
      'record',
    ]);
  });

  it('brings nothing back that was deleted', async () => {
    const mail = await first(40, 'mail');
    const state = await first(42, 'state');
    await honest.ask('delete', author.remove([mail.hash, state.hash]));
    members.now += 10 * 60_000;
    sayThat(message(mail.item), message(state.item), message({ ...state.item, storedAt: members.now }));
    await pull();
    expect([...texts(victim, 40), ...texts(victim, 42)]).toEqual([]);
    // What anybody may store anybody may store again who has it; its owner may delete it again, and has seen it.
    sayThat(message({ ...mail.item, storedAt: members.now }));
    await pull();
    expect(texts(victim, 40)).toEqual(['mail']);
    await honest.ask('delete', author.remove([mail.hash]));
    expect(texts(victim, 40)).toEqual([]);
  });

  it('hides nothing from who asks another one', async () => {
    await without(() => stored(40, 'mail'));
    sayThat();
    await pull();
    expect(texts(victim, 40)).toEqual([]);
    await victim.sync.pull(honest.key);
    expect(texts(victim, 40)).toEqual(['mail']);
  });
});

describe('a member that costs work', () => {
  it('by offering without end is left alone', async () => {
    let questions = 0;
    liar.lie = (question) => {
      questions += 1;
      if (question.kind === 'summary')
        return Promise.resolve(encodeSummaryReply(asBytes(randomBytes(65_536))));
      if (question.kind === 'items')
        return Promise.resolve(encodeItemsReply(question.ids.map(() => undefined)));
      if (question.kind !== 'ids') throw new Error('nothing else is asked');
      const bucket = question.buckets[0] ?? 0;
      const ids = Array.from({ length: 5_000 }, () => {
        const id = randomBytes(16);
        id[0] = bucket >> 4;
        id[1] = ((bucket & 15) << 4) | ((id[1] ?? 0) & 15);
        return id;
      }).sort(compareIds);
      return Promise.resolve(encodeIdsReply({ ids, more: false }));
    };
    expect(await pull()).toBe('wasteful');
    expect(questions).toBeLessThan(50);
  });
});

describe('a node that hands over', () => {
  const give = async (...items: readonly Said[]) => {
    const body = encodeSyncRequest({ kind: 'give', items: items.map(({ item }) => item) });
    const reply = await victim.hear(toHex(randomBytes(32)), { path: LINK_PATH.push, body });
    return reply.outcome === 'answered' ? decodeFates(reply.body, items.length) : undefined;
  };

  it('is believed as a member is: about mail, and about what its owner has signed', async () => {
    const { item: mail } = await without(() => first(40, 'mail'));
    const { item: state } = await without(() => first(42, 'state'));
    const { evidence: _, ...bare } = state;
    const fates = [FATE.settled, FATE.settled, FATE.refused];
    expect(await give(message(mail), message(state), message({ ...bare, data: utf8('forged') }))).toEqual(
      fates,
    );
    expect([...texts(victim, 40), ...texts(victim, 42)]).toEqual(['mail', 'state']);
  });

  it('and is no member, is not told what is here', async () => {
    const body = encodeSyncRequest({ kind: 'summary', root: randomBytes(32) });
    const from = toHex(randomBytes(32));
    expect(await victim.hear(from, { path: LINK_PATH.sync, body })).toMatchObject({ status: 403 });
    expect(await victim.hear(from, { path: LINK_PATH.push, body })).toMatchObject({ status: 400 });
    const nonsense = { path: LINK_PATH.push, body: utf8('nonsense') };
    expect(await victim.hear(from, nonsense)).toMatchObject({ status: 400 });
  });
});

/** Another ID of the same bucket. */
function randomIdLike(id: Bytes): Bytes {
  const other = randomBytes(16);
  other.set(id.subarray(0, 2));
  return other;
}
