import { randomInt } from 'node:crypto';
import type { Bytes } from '@sotto/bytes';
import { SYNC } from '../constants.ts';
import { differingBuckets, type SyncDigest } from './digest.ts';
import type { Doubts } from './doubts.ts';
import { bucketOf, nameOf } from './sync-id.ts';
import { decodeIdsReply, decodeItemsReply, decodeSummaryReply, type SyncRequest } from './sync-wire.ts';

/** Something that another member has, as it came. */
export interface Offered {
  readonly id: Bytes;
  readonly item: Bytes;
  /** A second member has offered the same. */
  readonly confirmed: boolean;
}

/** What this member makes of it. */
export type Verdict =
  /** It is on disk, and was not before. */
  | 'kept'
  /** What was here is dated anew. */
  | 'updated'
  /** It is here as well or better. */
  | 'known'
  /** Its time is over, its owner has deleted it, or has put a newer one in its place. */
  | 'over'
  /** Another swarm keeps that mailbox, as far as this member knows. */
  | 'elsewhere'
  /** It is from further ahead than clocks may differ. */
  | 'early'
  /** The mailbox or this member is full. */
  | 'no-room'
  /** Not believed from one member alone. */
  | 'unproven'
  /** It is not what its ID says, breaks the rules of what may be stored, or its owner has not signed it. */
  | 'forged';

export type SyncAnswer =
  | { readonly outcome: 'answered'; readonly body: Bytes }
  /** It does not take this node for a member, or has no time now. */
  | { readonly outcome: 'turned-away' }
  | { readonly outcome: 'unreachable' };

export interface PullContext {
  readonly digest: SyncDigest;
  readonly doubts: Doubts;
  /** IDs that are being fetched from some member. */
  readonly claims: Set<string>;
  /** IDs that are here, of the buckets `from` to `to`, the latter not among them. */
  list(from: number, to: number): readonly Bytes[];
  /** Never rejects. */
  ask(request: SyncRequest): Promise<SyncAnswer>;
  /** One verdict for each, in order, after what was kept is on disk. */
  take(offered: readonly Offered[]): Promise<readonly Verdict[]>;
  /** Milliseconds. */
  now(): number;
}

export type RoundOutcome =
  | 'same'
  /** All that it has was looked at. */
  | 'done'
  /** The round had its time, and there is more. */
  | 'more'
  | 'turned-away'
  | 'unreachable'
  /** It offers what it has not, or what is of no use. */
  | 'wasteful'
  /** It broke the rules of the exchange, or made something up. */
  | 'lied';

export interface RoundReport {
  readonly outcome: RoundOutcome;
  /** What was not here before. */
  readonly kept: number;
}

/** Fetch from one member what it has and this one lacks. Never asks it to take anything. */
export async function pullRound(context: PullContext, member: string): Promise<RoundReport> {
  const round = new Round(context, member);
  try {
    const outcome = await round.run();
    return { outcome, kept: round.kept };
  } finally {
    round.letGo();
  }
}

/** Buckets that are read between two turns of the event loop. */
const RUN = 16;

class Round {
  readonly #context: PullContext;
  readonly #member: string;
  readonly #claimed = new Set<string>();
  readonly #over: string[] = [];
  readonly #end: number;
  #listed = 0;
  #wasted = 0;
  #wastedBytes = 0;
  kept = 0;

  constructor(context: PullContext, member: string) {
    this.#context = context;
    this.#member = member;
    this.#end = context.now() + SYNC.roundTime;
  }

  async run(): Promise<RoundOutcome> {
    const own = await this.#context.digest.summary();
    const answer = await this.#context.ask({ kind: 'summary', root: own.root });
    if (answer.outcome !== 'answered') return answer.outcome;
    const summary = decodeSummaryReply(answer.body);
    if (summary === undefined) return 'lied';
    if (summary.same) return 'same';
    const buckets = fromAnywhere(differingBuckets(own.digests, summary.digests));
    for (let at = 0; at < buckets.length; at += SYNC.bucketsAtOnce) {
      const ended = await this.#fetchBuckets(
        buckets.slice(at, at + SYNC.bucketsAtOnce).sort((left, right) => left - right),
      );
      if (ended !== undefined) return ended;
    }
    return this.#lookAgain() ? 'more' : 'done';
  }

  letGo(): void {
    for (const id of this.#claimed) this.#context.claims.delete(id);
    this.#claimed.clear();
  }

  /**
   * What is over may have been given a longer life by something that came after it in this round. Whether there is
   * such a thing.
   */
  #lookAgain(): boolean {
    if (this.kept === 0 || this.#over.length === 0) return false;
    for (const id of this.#over.splice(0)) this.#context.doubts.forget(id);
    return true;
  }

  /** `undefined` to go on. */
  async #fetchBuckets(asked: readonly number[]): Promise<RoundOutcome | undefined> {
    const here = await this.#namesIn(asked);
    let buckets = asked;
    let after: Bytes | undefined;
    for (;;) {
      const request = { kind: 'ids', buckets, after } as const;
      const answer = await this.#context.ask(request);
      if (answer.outcome !== 'answered') return answer.outcome;
      const reply = decodeIdsReply(answer.body, request);
      if (reply === undefined) return 'lied';
      this.#listed += reply.ids.length;
      const ended = await this.#fetch(
        reply.ids.filter((id) => !here.has(nameOf(id)) && this.#wants(nameOf(id))),
      );
      if (ended !== undefined) return ended;
      if (this.#timeIsOver()) return this.#cutOff();
      if (this.#listed > SYNC.idsPerRound) return this.kept > 0 ? 'more' : 'done';
      after = reply.ids.at(-1);
      if (!reply.more || after === undefined) return undefined;
      const from = bucketOf(after);
      buckets = buckets.filter((bucket) => bucket >= from);
    }
  }

  async #namesIn(buckets: readonly number[]): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    for (const [index, bucket] of buckets.entries()) {
      if (index % RUN === RUN - 1) await new Promise((resolve) => setImmediate(resolve));
      for (const id of this.#context.list(bucket, bucket + 1)) names.add(nameOf(id));
    }
    return names;
  }

  #wants(id: string): boolean {
    return !this.#context.claims.has(id) && !this.#context.doubts.skips(id, this.#member);
  }

  async #fetch(ids: readonly Bytes[]): Promise<RoundOutcome | undefined> {
    for (let at = 0; at < ids.length; ) {
      const asked = ids.slice(at, at + SYNC.itemsAtOnce);
      const answer = await this.#claiming(asked, () => this.#context.ask({ kind: 'items', ids: asked }));
      if (answer.outcome !== 'answered') return answer.outcome;
      const items = decodeItemsReply(answer.body, asked.length);
      if (items === undefined) return 'lied';
      const verdict = await this.#take(asked, items);
      this.letGo();
      if (verdict !== undefined) return verdict;
      if (this.#timeIsOver()) return this.#cutOff();
      at += items.length;
    }
    return undefined;
  }

  #claiming<Result>(ids: readonly Bytes[], work: () => Promise<Result>): Promise<Result> {
    for (const id of ids) {
      this.#claimed.add(nameOf(id));
      this.#context.claims.add(nameOf(id));
    }
    return work();
  }

  async #take(
    asked: readonly Bytes[],
    items: readonly (Bytes | undefined)[],
  ): Promise<RoundOutcome | undefined> {
    const { doubts } = this.#context;
    const offered: Offered[] = [];
    for (const [index, id] of asked.slice(0, items.length).entries()) {
      const item = items[index];
      const confirmed = doubts.isSecond(nameOf(id), this.#member);
      if (item === undefined) this.#waste(id, 0, 'unproven');
      else offered.push({ id, item, confirmed });
    }
    const verdicts = await this.#context.take(offered);
    for (const [index, { id, item }] of offered.entries()) {
      const verdict = verdicts[index];
      if (verdict === 'forged') return 'lied';
      if (verdict === 'over') this.#over.push(nameOf(id));
      if (verdict === 'kept') this.kept += 1;
      else if (verdict === 'unproven') this.#waste(id, item.length, 'unproven');
      else if (verdict === 'updated') this.#count(item.length);
      else this.#waste(id, item.length, 'unwanted');
    }
    const much = this.#wasted > SYNC.waste.items || this.#wastedBytes > SYNC.waste.bytes;
    return much && this.#wasted > this.kept ? 'wasteful' : undefined;
  }

  #waste(id: Bytes, bytes: number, doubt: 'unwanted' | 'unproven'): void {
    this.#count(bytes);
    this.#context.doubts.note(nameOf(id), this.#member, doubt);
  }

  /** Nothing is lost by what was of no use, and nothing is won: there may be no end of it. */
  #count(bytes: number): void {
    this.#wasted += 1;
    this.#wastedBytes += bytes;
  }

  #timeIsOver(): boolean {
    return this.#context.now() >= this.#end;
  }

  /** Whoever is slow and gives nothing is left alone for a while. */
  #cutOff(): RoundOutcome {
    return this.kept > 0 ? 'more' : 'wasteful';
  }
}

/** Begin anywhere: a round that is cut off would else never come to what is at the end. */
function fromAnywhere(buckets: readonly number[]): readonly number[] {
  const start = buckets.length === 0 ? 0 : randomInt(buckets.length);
  return [...buckets.slice(start), ...buckets.slice(0, start)];
}
