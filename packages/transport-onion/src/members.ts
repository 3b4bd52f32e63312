import { type Bytes, toHex } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import { shuffle } from '@sotto/onion';
import { type ClientRequest, STORAGE_STATUS } from '@sotto/protocol';
import { type Asker, type NodeReply, Trail } from './asker.ts';
import type { DirectoryWatch } from './directory-watch.ts';
import { MEMBER_AVOIDED_FOR } from './limits.ts';

/** How many of a swarm must hold something for it to be durable: 5 of 7, a majority of fewer, 5/7 of more. */
export function durableCount(members: number): number {
  return members < 7 ? Math.floor(members / 2) + 1 : Math.ceil((5 * members) / 7);
}

/** How many must be asked so that at least one of them has what is durable. */
export function readQuorum(members: number): number {
  return members - durableCount(members) + 1;
}

/** More than a list has nodes. */
const MANY = 4_000;

/** Who of the swarms answered lately. */
export class Members {
  readonly asker: Asker;
  readonly #watch: DirectoryWatch;
  /** Those whose last answer did not come, and until when they are asked last. */
  readonly #avoidedUntil = new Map<string, number>();

  constructor(asker: Asker, watch: DirectoryWatch) {
    this.asker = asker;
    this.#watch = watch;
  }

  /**
   * Members that keep a box, as the directory says and nobody else: those first that are likely to answer,
   * and of them those that are no guards of ours, because a guard knows our address.
   */
  inOrder(key: Bytes): readonly DirectoryNode[] {
    const { nodes, random } = this.asker.traveller;
    const guards = new Set(nodes.keeper.allGuards().map(({ ed25519 }) => toHex(ed25519)));
    const rank = (node: DirectoryNode) =>
      (this.isAvoided(node) ? 2 : 0) + (guards.has(toHex(node.ed25519)) ? 1 : 0);
    return shuffle(nodes.swarmOf(key), random).sort((left, right) => rank(left) - rank(right));
  }

  count(key: Bytes): number {
    return this.asker.traveller.nodes.swarmOf(key).length;
  }

  /** Ask a member about a box of its swarm. */
  async ask(question: MemberQuestion): Promise<NodeReply | { readonly outcome: 'wrong-swarm' }> {
    const { key, node } = question;
    const avoid = this.asker.traveller.nodes.swarmOf(key).map(({ ed25519 }) => ed25519);
    const reply = await this.asker.ask({ ...question, avoid });
    if (reply.outcome === 'unanswered') this.avoid(node);
    if (reply.outcome === 'answered') this.#avoidedUntil.delete(toHex(node.ed25519));
    if (reply.outcome !== 'answered' || reply.status !== STORAGE_STATUS.wrongSwarm) return reply;
    // What it says the right swarm is may be a trap: only the signers' list is believed.
    if (await this.#watch.refresh()) return { outcome: 'wrong-swarm' };
    this.avoid(node);
    return { outcome: 'unanswered' };
  }

  /** Too few of a swarm answer: there may be a newer list. True when we go by another than before. */
  lookForList(): Promise<boolean> {
    return this.#watch.refresh();
  }

  /** It failed last: see that it lives before anything depends on it. */
  isSuspect({ ed25519 }: DirectoryNode): boolean {
    return this.#avoidedUntil.has(toHex(ed25519));
  }

  /** It failed lately: ask others while there are others. */
  isAvoided({ ed25519 }: DirectoryNode): boolean {
    return (this.#avoidedUntil.get(toHex(ed25519)) ?? 0) > this.asker.traveller.clock.now();
  }

  /** It did not answer, or not truthfully. */
  avoid({ ed25519 }: DirectoryNode): void {
    if (this.#avoidedUntil.size >= MANY) this.#avoidedUntil.clear();
    this.#avoidedUntil.set(toHex(ed25519), this.asker.traveller.clock.now() + MEMBER_AVOIDED_FOR);
  }
}

export interface MemberQuestion {
  readonly purpose: string;
  /** The box that it is about, 33 bytes. */
  readonly key: Bytes;
  readonly node: DirectoryNode;
  readonly request: (now: number) => ClientRequest;
  readonly timeout?: number;
  readonly trail?: Trail;
  readonly long?: boolean;
}

/** One undertaking that asks one member after the other, none twice, each attempt over another way. */
export class Tour {
  readonly #members: Members;
  readonly #key: Bytes;
  readonly #purpose: string;
  readonly #asked = new Set<string>();
  readonly #trail = new Trail();
  #moved = false;

  constructor(members: Members, parts: { readonly key: Bytes; readonly purpose: string }) {
    this.#members = members;
    this.#key = parts.key;
    this.#purpose = parts.purpose;
  }

  /** The next member to ask, which is then counted as asked. */
  next(): DirectoryNode | undefined {
    const node = this.#members.inOrder(this.#key).find(({ ed25519 }) => !this.#asked.has(toHex(ed25519)));
    if (node) this.#asked.add(toHex(node.ed25519));
    return node;
  }

  /** When it turns out that another swarm keeps the box, the tour begins anew there, once. */
  async ask(node: DirectoryNode, request: (now: number) => ClientRequest): Promise<NodeReply> {
    const question = { purpose: this.#purpose, key: this.#key, node, request, trail: this.#trail };
    const reply = await this.#members.ask(question);
    if (reply.outcome !== 'wrong-swarm') return reply;
    if (!this.#moved) this.#asked.clear();
    this.#moved = true;
    return { outcome: 'unanswered' };
  }
}
