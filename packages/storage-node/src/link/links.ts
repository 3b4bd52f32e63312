import { type Bytes, toHex } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import { LINK_IDLE, PING_INTERVAL } from '../constants.ts';
import type { NodeKeys } from '../data/node-keys.ts';
import type { Events } from '../events.ts';
import { Originals } from '../omq/originals.ts';
import { type DialOutcome, dialLink } from './dial-link.ts';
import type { LinkReply, LinkRequest } from './exchange.ts';
import { Peer } from './peer.ts';

export interface LinksOptions {
  readonly keys: NodeKeys;
  /** Address to dial from; the system chooses without. */
  readonly localAddress: string | undefined;
  readonly events: Events;
  now(): number;
}

/** One held connection to each node that this one talks to: a link, or OxenMQ to those who have no links. */
export class Links {
  readonly originals: Originals;
  readonly #options: LinksOptions;
  readonly #peers = new Map<string, { readonly peer: Peer; readonly place: string }>();
  readonly #timer: NodeJS.Timeout;
  readonly #openListeners: ((key: string) => void)[] = [];
  #kept: ReadonlySet<string> = new Set();
  #listed: (key: string) => boolean = () => true;
  #closed = false;

  constructor(options: LinksOptions) {
    this.#options = options;
    this.originals = new Originals(options);
    this.#timer = setInterval(() => this.#lookAfter(), PING_INTERVAL);
    this.#timer.unref();
  }

  /** Whenever there is a link that was not there before: to the node with this key (hex). */
  onOpen(listener: (key: string) => void): void {
    this.#openListeners.push(listener);
  }

  /** Links that are open. */
  get open(): number {
    return this.#openOf([...this.#peers.keys()]);
  }

  /** Of those to members of the own swarm. */
  get openToMembers(): number {
    return this.#openOf([...this.#kept]);
  }

  #openOf(keys: readonly string[]): number {
    return keys.filter((key) => this.#peers.get(key)?.peer.isOpen === true).length;
  }

  /** Never rejects. */
  async post(node: DirectoryNode, request: LinkRequest): Promise<LinkReply> {
    if (this.#closed) return { outcome: 'down' };
    if (this.originals.has(node, true)) return this.originals.post(node, request);
    const reply = await this.#peerOf(node).post(request);
    // It may have been found out just now, or be still what it was.
    return reply.outcome === 'down' && this.originals.has(node, false)
      ? this.originals.post(node, request)
      : reply;
  }

  /** Like `post`, for what the other side answers from its own disk: silence is a sign that it is gone. */
  async ask(node: DirectoryNode, request: LinkRequest): Promise<LinkReply> {
    const reply = await this.post(node, request);
    if (reply.outcome === 'timeout') {
      this.#peers.get(toHex(node.ed25519))?.peer.suspect();
      this.originals.suspect(node);
    }
    return reply;
  }

  /** A new list: hold links to these, and let go of nodes that are not `listed` any more. */
  follow(members: readonly DirectoryNode[], listed: (key: string) => boolean): void {
    if (this.#closed) return;
    this.#listed = listed;
    this.#kept = new Set(members.map(({ ed25519 }) => toHex(ed25519)));
    for (const [key, { peer }] of this.#peers) {
      if (listed(key)) peer.keep(this.#kept.has(key));
      else {
        peer.close();
        this.#peers.delete(key);
      }
    }
    this.originals.lookAfter(this.#kept, listed);
    for (const node of members) if (!this.originals.has(node, true)) this.#peerOf(node).keep(true);
  }

  /** A node has opened a link to this one, so it lives. */
  cameBack(key: Bytes): void {
    this.#peers.get(toHex(key))?.peer.cameBack();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const { peer } of this.#peers.values()) peer.close();
  }

  cut(): void {
    this.close();
    for (const { peer } of this.#peers.values()) peer.cut();
  }

  #peerOf(node: DirectoryNode): Peer {
    const key = toHex(node.ed25519);
    const place = `${node.ip}:${node.httpsPort}`;
    const known = this.#peers.get(key);
    if (known?.place === place) return known.peer;
    known?.peer.close();
    const { events, keys, localAddress, now } = this.#options;
    const peer = new Peer({
      dial: async (timeout) => this.#learned(node, await dialLink({ node, keys, localAddress, timeout })),
      opened: () => {
        events.count('link-opened');
        for (const listener of this.#openListeners) listener(key);
      },
      lost: () => events.count('link-lost'),
      now,
    });
    this.#peers.set(key, { peer, place });
    return peer;
  }

  /** What a dial says of the node: one that speaks something else is not dialled again for a while. */
  #learned(node: DirectoryNode, dialled: DialOutcome): DialOutcome {
    if (dialled.outcome === 'open') {
      this.originals.forget(node);
      return dialled;
    }
    if (dialled.why !== 'foreign') {
      if (dialled.why !== 'unreachable') this.#options.events.count('link-refused');
      return dialled;
    }
    this.originals.found(node);
    if (this.originals.has(node, true)) {
      const key = toHex(node.ed25519);
      this.#peers.get(key)?.peer.close();
      this.#peers.delete(key);
    }
    return dialled;
  }

  #lookAfter(): void {
    const now = this.#options.now();
    this.originals.lookAfter(this.#kept, this.#listed);
    for (const [key, { peer }] of this.#peers) {
      if (!this.#kept.has(key) && now - peer.usedAt > LINK_IDLE) {
        peer.close();
        this.#peers.delete(key);
      } else {
        peer.ping();
      }
    }
  }
}
