import { type Bytes, utf8 } from '@sotto/bytes';
import type { DirectoryNode, Swarm } from '@sotto/directory';
import { SYNC } from '../constants.ts';
import { LINK_PATH } from '../link/paths.ts';
import type { NodeContext } from '../node-context.ts';
import { type SyncItem as KeptItem, SYNC_BUCKETS as STORE_BUCKETS } from '../store/sync-store.ts';
import { createSyncAnswers, type SyncAnswers } from './answer-link.ts';
import { CatchUp } from './catch-up.ts';
import { SyncDigest } from './digest.ts';
import { Doubts } from './doubts.ts';
import { HandOver } from './hand-over.ts';
import { keepItems } from './keep-items.ts';
import { pullRound, type RoundReport, type SyncAnswer } from './pull-round.ts';
import { pushRound } from './push-round.ts';
import { compareIds, SYNC_BUCKETS } from './sync-id.ts';
import { encodeItem } from './sync-item.ts';
import { encodeSyncRequest, type SyncRequest } from './sync-wire.ts';

type SyncContext = Pick<NodeContext, 'store' | 'directory' | 'links' | 'waiters' | 'events' | 'now'>;

/** Keeps this node's part of its swarm as the other members have it, and gives away what other swarms keep. */
export class Sync {
  /** What other nodes are answered. */
  readonly answer: SyncAnswers;
  readonly #context: SyncContext;
  readonly #digest: SyncDigest;
  readonly #doubts: Doubts;
  readonly #claims = new Set<string>();
  readonly #catchUp: CatchUp;
  readonly #handOver: HandOver;
  readonly #stopping = new AbortController();
  readonly #unlisten: () => void;
  /** There may be something here that other swarms keep, which is no affair of the other members. */
  #mixed = true;

  constructor(context: SyncContext) {
    this.#context = context;
    const { store, links, events, now } = context;
    this.#digest = new SyncDigest((from, to) => this.#list(from, to));
    this.#doubts = new Doubts(now);
    this.#unlisten = store.sync.onChange((id) => this.#digest.changed(id));
    this.answer = createSyncAnswers({
      source: {
        digest: this.#digest,
        list: (from, to) => this.#list(from, to),
        read: (ids, bytes) => this.#read(ids, bytes),
      },
      gifts: {
        has: (id) => store.holdings.has(id),
        accept: (items) =>
          keepItems(
            context,
            items.map((item) => ({ item, confirmed: false })),
          ),
      },
      isMember: (key) => this.#members().includes(key),
      now,
    });
    this.#catchUp = new CatchUp({
      members: () => this.#members(),
      pull: (member) => this.pull(member),
      events,
      now,
    });
    this.#handOver = new HandOver({
      mailboxes: (after, most) => store.holdings.mailboxes(after, most),
      idsOf: (mailbox) => store.holdings.idsOf(mailbox, now()),
      swarmElsewhere: (mailbox) => this.#swarmElsewhere(mailbox),
      push: (node, ids) => this.#push(node, ids),
      forget: async (ids) => {
        await store.write(() => store.holdings.forget(ids));
        store.eraseSoon();
      },
      finished: () => {
        this.#mixed = false;
        events.count('hand-over-done');
      },
      events,
    });
    links.onOpen((key) => this.#catchUp.arrived(key));
  }

  /** The node with this key (hex) has opened a link. */
  arrived(key: string): void {
    if (this.#members().includes(key)) this.#catchUp.arrived(key);
  }

  /** Who keeps what may have changed. */
  followDirectory(): void {
    this.#mixed = true;
    this.#digest.reset();
    this.#handOver.start();
    // A node that was linked already may be a member now.
    for (const member of this.#members()) this.#catchUp.look(member);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#unlisten();
    await Promise.all([this.#catchUp.stop(), this.#handOver.stop()]);
  }

  #members(): readonly string[] {
    return this.#context.directory.members().map(({ ed25519 }) => Buffer.from(ed25519).toString('hex'));
  }

  /** Of what this swarm keeps. */
  #list(from: number, to: number): readonly Bytes[] {
    const { store, directory, now } = this.#context;
    const edges = [from, to].map((bucket) => (bucket * STORE_BUCKETS) / SYNC_BUCKETS) as [number, number];
    const ids = this.#mixed
      ? store.holdings
          .between(...edges, now())
          .filter(({ mailbox }) => directory.isOurs(mailbox))
          .map(({ syncId }) => syncId)
      : [...store.sync.listSyncIds(...edges, now())];
    return ids.sort(compareIds);
  }

  #read(ids: readonly Bytes[], bytes: number): readonly (Bytes | undefined)[] {
    const read: (Bytes | undefined)[] = [];
    let size = 0;
    for (const id of ids) {
      const [kept] = this.#context.store.sync.readBySyncId([id]);
      const item = kept === undefined ? undefined : encodeKept(kept);
      size += item?.length ?? 0;
      if (read.length > 0 && size > bytes) break;
      read.push(item);
    }
    return read;
  }

  /** Fetch from the member with this key (hex) what is lacking here, now. */
  async pull(member: string): Promise<RoundReport> {
    const node = this.#context.directory.find(member);
    if (node === undefined) return { outcome: 'unreachable', kept: 0 };
    return pullRound(
      {
        digest: this.#digest,
        doubts: this.#doubts,
        claims: this.#claims,
        list: (from, to) => this.#list(from, to),
        ask: (request) => this.#ask(node, LINK_PATH.sync, request),
        take: (offered) => keepItems(this.#context, offered),
        now: () => this.#context.now(),
      },
      member,
    );
  }

  #push(node: DirectoryNode, ids: readonly Bytes[]): ReturnType<typeof pushRound> {
    return pushRound(
      {
        ask: (request) => this.#ask(node, LINK_PATH.push, request),
        read: (asked, bytes) => this.#read(asked, bytes),
      },
      ids,
    );
  }

  /** Not by `links.ask`: a member that is slow to compare may be quick to store. */
  async #ask(node: DirectoryNode, path: string, request: SyncRequest): Promise<SyncAnswer> {
    const reply = await this.#context.links.post(node, {
      path,
      body: encodeSyncRequest(request),
      timeout: SYNC.timeout,
      maxReply: SYNC.bytesAtOnce + 2 * SYNC.itemBytes,
      signal: this.#stopping.signal,
    });
    if (reply.outcome !== 'answered') return { outcome: 'unreachable' };
    if (reply.status === 200) return { outcome: 'answered', body: reply.body };
    this.#context.events.count('sync-turned-away');
    return { outcome: 'turned-away' };
  }

  #swarmElsewhere(mailbox: Bytes): Swarm | undefined {
    const { directory } = this.#context;
    return directory.isOurs(mailbox) ? undefined : directory.swarmOf(mailbox);
  }
}

function encodeKept(kept: KeptItem): Bytes {
  if (kept.kind === 'operation') {
    const { request, at } = kept.operation;
    return encodeItem({ kind: 'operation', at, text: utf8(request) });
  }
  return encodeItem({ kind: 'message', ...kept.message });
}
