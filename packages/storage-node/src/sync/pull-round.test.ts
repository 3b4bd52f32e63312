import { type Bytes, concatBytes } from '@sotto/bytes';
import { blake2b, randomBytes } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { SYNC } from '../constants.ts';
import { answerSync, type SyncQuestion, type SyncSource } from './answer-sync.ts';
import { SyncDigest } from './digest.ts';
import { Doubts } from './doubts.ts';
import {
  type Offered,
  type PullContext,
  pullRound,
  type RoundReport,
  type SyncAnswer,
  type Verdict,
} from './pull-round.ts';
import { bucketOf, compareIds, nameOf, SYNC_ID_BYTES } from './sync-id.ts';
import {
  decodeSyncRequest,
  encodeIdsReply,
  encodeItemsReply,
  encodeSyncRequest,
  type SyncRequest,
} from './sync-wire.ts';

/** A member that keeps items under the hash of their bytes, and is asked over the wire format of members. */
class Holder implements SyncSource {
  readonly items = new Map<string, { readonly id: Bytes; readonly item: Bytes }>();
  readonly digest = new SyncDigest((from, to) => this.list(from, to));
  asked: SyncRequest['kind'][] = [];

  put(item: Bytes): Bytes {
    const id = blake2b(SYNC_ID_BYTES, item);
    this.items.set(nameOf(id), { id, item });
    this.digest.changed(id);
    return id;
  }

  list(from: number, to: number): readonly Bytes[] {
    const ids = [...this.items.values()].map(({ id }) => id);
    return ids.filter((id) => bucketOf(id) >= from && bucketOf(id) < to).sort(compareIds);
  }

  read(ids: readonly Bytes[], bytes: number): readonly (Bytes | undefined)[] {
    const read: (Bytes | undefined)[] = [];
    let size = 0;
    for (const id of ids) {
      const item = this.items.get(nameOf(id))?.item;
      size += item?.length ?? 0;
      if (read.length > 0 && size > bytes) break;
      read.push(item);
    }
    return read;
  }

  async answer(request: SyncRequest): Promise<SyncAnswer> {
    this.asked.push(request.kind);
    const question = decodeSyncRequest(encodeSyncRequest(request)) as SyncQuestion;
    return { outcome: 'answered', body: await answerSync(this, question) };
  }
}

let clock = 1_000;
const doubts = new Doubts(() => clock);

interface Puller {
  readonly own: Holder;
  readonly offered: Offered[];
  pull(from: Pick<Holder, 'answer'>, member?: string): Promise<RoundReport>;
}

/** One that takes what is what its ID says, unless `judge` has another word for it. */
function puller(judge: (offered: Offered) => Verdict | undefined = () => undefined): Puller {
  const own = new Holder();
  const offered: Offered[] = [];
  const context: Omit<PullContext, 'ask'> = {
    digest: own.digest,
    doubts,
    claims: new Set(),
    list: (from, to) => own.list(from, to),
    now: () => clock,
    take: (all) => {
      offered.push(...all);
      return Promise.resolve(
        all.map((one) => {
          const verdict = judge(one);
          if (verdict !== undefined) return verdict;
          if (nameOf(blake2b(SYNC_ID_BYTES, one.item)) !== nameOf(one.id)) return 'forged';
          own.put(one.item);
          return 'kept';
        }),
      );
    },
  };
  return {
    own,
    offered,
    pull: (from, member = 'one') => pullRound({ ...context, ask: (request) => from.answer(request) }, member),
  };
}

function filled(count: number, bytes = 40): Holder {
  const holder = new Holder();
  for (let index = 0; index < count; index++) holder.put(randomBytes(bytes));
  return holder;
}

describe('a round', () => {
  it('fetches what is lacking, and then both are the same', async () => {
    const other = filled(1_300);
    const { own, pull } = puller();
    for (const { item } of [...other.items.values()].slice(0, 500)) own.put(item);
    own.put(randomBytes(9));
    expect(await pull(other)).toEqual({ outcome: 'done', kept: 800 });
    expect(own.items.size).toBe(1_301);
    expect(await pull(other)).toEqual({ outcome: 'done', kept: 0 });
    const back = puller();
    for (const { item } of own.items.values()) back.own.put(item);
    expect(await back.pull(own)).toEqual({ outcome: 'same', kept: 0 });
  });

  it('asks one question when nothing is lacking', async () => {
    const { own, pull } = puller();
    const other = filled(3);
    for (const { item } of other.items.values()) own.put(item);
    expect(await pull(other)).toEqual({ outcome: 'same', kept: 0 });
    expect(other.asked).toEqual(['summary']);
  });

  it('goes on where an answer had no more room', async () => {
    const other = filled(60, 200_000);
    const { own, pull } = puller();
    expect(await pull(other)).toEqual({ outcome: 'done', kept: 60 });
    expect(own.items.size).toBe(60);
    expect(other.asked.filter((kind) => kind === 'items').length).toBeGreaterThan(1);
  });

  it('does not fetch what another round is fetching, and lets go of it at the end', async () => {
    const other = filled(50);
    const { own, pull } = puller();
    let inner: RoundReport | undefined;
    const slow = {
      async answer(request: SyncRequest): Promise<SyncAnswer> {
        if (request.kind === 'items' && inner === undefined) {
          inner = { outcome: 'same', kept: -1 };
          inner = await pull(other, 'two');
          return { outcome: 'unreachable' };
        }
        return other.answer(request);
      },
    };
    expect((await pull(slow)).outcome).toBe('unreachable');
    expect(inner).toEqual({ outcome: 'done', kept: 0 });
    expect(await pull(other)).toEqual({ outcome: 'done', kept: 50 });
    expect(own.items.size).toBe(50);
  });

  it('fetches again what was not believed only from a second member, who confirms it', async () => {
    const other = filled(1);
    const { pull, offered } = puller(({ confirmed }) => (confirmed ? undefined : 'unproven'));
    expect(await pull(other)).toEqual({ outcome: 'done', kept: 0 });
    expect(await pull(other)).toEqual({ outcome: 'done', kept: 0 });
    expect(offered).toHaveLength(1);
    expect(await pull(other, 'two')).toEqual({ outcome: 'done', kept: 1 });
  });

  it('looks again at what was over when something came that may have prolonged it', async () => {
    const other = filled(2);
    const [first] = other.items.keys();
    let kept = false;
    const { own, pull } = puller(({ id }) => {
      if (nameOf(id) === first) return kept ? undefined : 'over';
      kept = true;
      return undefined;
    });
    const { outcome } = await pull(other);
    if (outcome === 'more') await pull(other);
    expect(own.items.size).toBe(2);
  });

  it('does not fetch for a while what was of no use', async () => {
    const other = filled(5);
    const { pull, offered } = puller(() => 'over');
    await pull(other);
    await pull(other, 'two');
    expect(offered).toHaveLength(5);
    clock += 2 * SYNC.rememberDoubts;
    await pull(other);
    clock += SYNC.rememberDoubts;
    await pull(other);
    clock += SYNC.rememberDoubts;
    await pull(other);
    expect(offered.length).toBeGreaterThan(5);
  });
});

describe('a member that', () => {
  it('gives something else than it said is a liar', async () => {
    const liar = filled(10);
    const [first] = liar.items.values();
    if (first !== undefined) liar.items.set(nameOf(first.id), { id: first.id, item: randomBytes(40) });
    const { pull } = puller();
    expect((await pull(liar)).outcome).toBe('lied');
  });

  it('offers without end what it has not is left alone after little work', async () => {
    let questions = 0;
    const liar = {
      answer(request: SyncRequest): Promise<SyncAnswer> {
        questions += 1;
        if (request.kind === 'summary') return filled(9_000).answer(request);
        if (request.kind === 'items') {
          return Promise.resolve({
            outcome: 'answered',
            body: encodeItemsReply(request.ids.map(() => undefined)),
          });
        }
        if (request.kind !== 'ids') throw new Error('nothing else is asked');
        const from =
          request.after ?? Uint8Array.of(...bytesOf(request.buckets[0] ?? 0), ...new Uint8Array(14));
        const ids = Array.from({ length: SYNC.idsAtOnce }, (_, index) => {
          const id = Uint8Array.from(from);
          new DataView(id.buffer).setBigUint64(
            8,
            BigInt(index + 1) + new DataView(from.buffer, from.byteOffset).getBigUint64(8),
          );
          return id;
        });
        return Promise.resolve({ outcome: 'answered', body: encodeIdsReply({ ids, more: true }) });
      },
    };
    const { pull } = puller();
    expect((await pull(liar)).outcome).toBe('wasteful');
    expect(questions).toBeLessThan(20);
  });

  it('answers something else than it was asked is a liar', async () => {
    const other = filled(3);
    for (const kind of ['summary', 'ids', 'items']) {
      const liar = {
        answer: (request: SyncRequest): Promise<SyncAnswer> =>
          request.kind === kind
            ? Promise.resolve({ outcome: 'answered', body: concatBytes(Uint8Array.of(0x6c, 0x65)) })
            : other.answer(request),
      };
      expect((await puller().pull(liar)).outcome, kind).toBe('lied');
    }
  });

  it('takes all the time and gives nothing is left alone, and one that gives is asked again', async () => {
    const other = filled(3_000);
    const slow = {
      answer(request: SyncRequest): Promise<SyncAnswer> {
        clock += SYNC.roundTime / 2;
        return other.answer(request);
      },
    };
    expect(await puller(() => 'over').pull(slow, 'slow')).toEqual({ outcome: 'wasteful', kept: 0 });
    const { outcome, kept } = await puller().pull(slow, 'three');
    expect(outcome).toBe('more');
    expect(kept).toBeGreaterThan(0);
  });

  it('is not there, or turns this one away, ends the round', async () => {
    for (const outcome of ['unreachable', 'turned-away'] as const) {
      expect(await puller().pull({ answer: () => Promise.resolve({ outcome }) })).toEqual({
        outcome,
        kept: 0,
      });
    }
  });
});

/** The first two bytes of an ID of this bucket. */
function bytesOf(bucket: number): readonly [number, number] {
  return [bucket >> 4, (bucket & 15) << 4];
}
