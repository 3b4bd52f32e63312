import { setTimeout as pause } from 'node:timers/promises';
import { toHex } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import type { Conversation, OxenMq } from '@sotto/oxenmq';
import {
  ASK_AGAIN,
  DIAL_TIMEOUT,
  JUST_GONE,
  LINK_IDLE,
  NEWCOMER,
  ORIGINAL_FOR,
  QUIET,
  REDIAL,
} from '../constants.ts';
import type { Events } from '../events.ts';
import type { LinkReply, LinkRequest } from '../link/exchange.ts';
import { askOriginal, MARGIN } from './ask-original.ts';
import { pingOriginal } from './ping-original.ts';

export interface OriginalsOptions {
  /** Address to dial from; the system chooses without. */
  readonly localAddress: string | undefined;
  readonly events: Events;
  now(): number;
}

interface Original {
  /** When it was last seen to be one. */
  seenAt: number;
  readonly place: string;
  conversation: Conversation | undefined;
  dialling: Promise<Conversation | undefined> | undefined;
  /** Dials in a row that failed: when the first of them ended, and the last. */
  failures: number;
  downSince: number;
  failedAt: number;
  /** Requests in a row that were not answered, and until when no further one is tried for it. */
  timeouts: number;
  quietUntil: number;
  usedAt: number;
}

/** Nodes that speak no HTTP/2 with proofs of keys, but OxenMQ: a connection to each that is held while it is used. */
export class Originals {
  readonly #options: OriginalsOptions;
  readonly #nodes = new Map<string, Original>();
  #endpoint: OxenMq | undefined;

  constructor(options: OriginalsOptions) {
    this.#options = options;
  }

  /** What connections are made with; without, there are none. */
  use(endpoint: OxenMq): void {
    this.#endpoint = endpoint;
  }

  /** It was connected to just now, and speaks something else than our nodes. */
  found(node: DirectoryNode): void {
    const key = toHex(node.ed25519);
    const place = `${node.ip}:${node.omqPort}`;
    const seenAt = this.#options.now();
    const known = this.#nodes.get(key);
    if (known?.place === place) {
      known.seenAt = seenAt;
      return;
    }
    this.forget(node);
    if (node.omqPort === 0) return;
    this.#nodes.set(key, {
      ...{ seenAt, place, conversation: undefined, dialling: undefined },
      ...{ failures: 0, downSince: 0, failedAt: 0, timeouts: 0, quietUntil: 0, usedAt: seenAt },
    });
  }

  /** It has become one of ours, or is listed no more. */
  forget({ ed25519 }: Pick<DirectoryNode, 'ed25519'>): void {
    const key = toHex(ed25519);
    void this.#nodes.get(key)?.conversation?.close();
    this.#nodes.delete(key);
  }

  /** Whether it is one, as far as is known; `fresh`: and need not be looked at again. */
  has({ ed25519, ip, omqPort }: DirectoryNode, fresh: boolean): boolean {
    const known = this.#nodes.get(toHex(ed25519));
    if (known === undefined || known.place !== `${ip}:${omqPort}`) return false;
    return !fresh || this.#options.now() - known.seenAt < ORIGINAL_FOR;
  }

  /** Never rejects. */
  async post(node: DirectoryNode, request: LinkRequest): Promise<LinkReply> {
    const known = this.#nodes.get(toHex(node.ed25519));
    if (known === undefined) return { outcome: 'down' };
    const started = Date.now();
    known.usedAt = this.#options.now();
    const conversation = known.conversation ?? (await this.#reach(known, node, request));
    if (conversation === undefined) return { outcome: 'down' };
    if (request.yields !== true && this.#options.now() < known.quietUntil) return { outcome: 'silent' };
    const timeout = Math.max(1, request.timeout - (Date.now() - started));
    const reply = await askOriginal(conversation, { ...request, timeout });
    known.usedAt = this.#options.now();
    if (reply.outcome === 'answered') known.timeouts = 0;
    return reply;
  }

  /** Whether it has answered that it has taken messages of others, a body of `sn.data`. Never rejects. */
  async give(node: DirectoryNode, body: Uint8Array): Promise<boolean> {
    const known = this.#nodes.get(toHex(node.ed25519));
    if (known === undefined) return false;
    const { timeout } = NEWCOMER;
    known.usedAt = this.#options.now();
    const conversation = known.conversation ?? (await this.#reach(known, node, { timeout }));
    const answer = await conversation?.ask('sn.data', [body], { timeout, maxReply: MARGIN });
    known.usedAt = this.#options.now();
    return answer?.outcome === 'answered';
  }

  /** Whether it answers a ping over a connection that is made for it, and so has its key. Never rejects. */
  async ping(node: DirectoryNode, timeout: number): Promise<boolean> {
    const { localAddress } = this.#options;
    if (this.#endpoint === undefined || node.omqPort === 0) return false;
    return pingOriginal(this.#endpoint, { node, localAddress, timeout });
  }

  /** It has not answered in time what it answers from its own disk: for a while, hold nobody up with it. */
  suspect({ ed25519 }: DirectoryNode): void {
    const known = this.#nodes.get(toHex(ed25519));
    if (known === undefined) return;
    known.timeouts += 1;
    const pause = Math.min(QUIET.last, QUIET.first * 2 ** Math.min(known.timeouts - 1, 10));
    known.quietUntil = this.#options.now() + pause;
  }

  /** End what nobody has used, unless it is `kept`, and forget who is not `listed` any more. Keys in hexadecimal. */
  lookAfter(kept: ReadonlySet<string>, listed: (key: string) => boolean): void {
    const now = this.#options.now();
    for (const [key, known] of this.#nodes) {
      const idle = !kept.has(key) && known.conversation?.asking === 0 && now - known.usedAt > LINK_IDLE;
      if (idle || !listed(key)) void known.conversation?.close();
      if (!listed(key)) this.#nodes.delete(key);
    }
  }

  /**
   * The first dial is waited for. After a failure others are made behind the askers' backs, and only those with
   * patience wait for them: for a node that has just gone, or is just coming.
   */
  async #reach(
    known: Original,
    node: DirectoryNode,
    { timeout, patience = 0 }: Pick<LinkRequest, 'timeout' | 'patience'>,
  ): Promise<Conversation | undefined> {
    const { now } = this.#options;
    if (known.failures === 0) return this.#dialOnce(known, node, Math.min(timeout, DIAL_TIMEOUT));
    const { first, last } = REDIAL;
    const resting = Math.min(last, first * 2 ** Math.min(known.failures - 1, 10));
    const end = now() - known.downSince < JUST_GONE ? now() + patience : now();
    for (;;) {
      if (now() - known.failedAt >= (now() < end ? ASK_AGAIN : resting)) {
        void this.#dialOnce(known, node, DIAL_TIMEOUT);
      }
      if (known.conversation !== undefined || now() >= end) return known.conversation;
      await Promise.race([known.dialling, pause(ASK_AGAIN / 2)]);
    }
  }

  #dialOnce(known: Original, node: DirectoryNode, timeout: number): Promise<Conversation | undefined> {
    known.dialling ??= this.#dial(known, node, timeout).finally(() => {
      known.dialling = undefined;
    });
    return known.dialling;
  }

  async #dial(known: Original, node: DirectoryNode, timeout: number): Promise<Conversation | undefined> {
    const { localAddress, events, now } = this.#options;
    const conversation = await this.#endpoint?.dial({
      ...{ host: node.ip, port: node.omqPort, key: node.x25519, localAddress, timeout },
    });
    if (conversation === undefined) {
      known.failedAt = now();
      if (known.failures === 0) known.downSince = known.failedAt;
      known.failures += 1;
      return undefined;
    }
    known.failures = 0;
    known.conversation = conversation;
    events.count('omq-opened');
    void conversation.gone.then(() => {
      if (known.conversation === conversation) known.conversation = undefined;
    });
    return conversation;
  }
}
