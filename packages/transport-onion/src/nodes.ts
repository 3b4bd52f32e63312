import { type Bytes, equalBytes } from '@sotto/bytes';
import type { Clock, RandomBytes, RoadMemory } from '@sotto/client';
import { sha256 } from '@sotto/crypto';
import {
  acceptList,
  type DirectoryNode,
  encodeSignedList,
  type NodeList,
  type SignedList,
  seenAgain,
  swarmFor,
} from '@sotto/directory';
import { PathKeeper, type PathNode } from '@sotto/onion';
import { OnionRoadError } from './errors.ts';
import { decodeMemory, encodeMemory } from './memory.ts';

/** What became of a list that somebody gave us. */
export type AdoptOutcome =
  /** We go by it from now on. */
  | 'adopted'
  /** It is the one that we go by. */
  | 'same'
  | 'older'
  /** The signers of ours have not signed it, or too few of them: it is of another network, or made up. */
  | 'unproven'
  /** Its signers have signed another one of the same number. */
  | 'forked'
  /** It cannot be read, or lists nobody. */
  | 'malformed';

/**
 * The nodes of the network as far as this device believes them, and the guards among them. What is
 * chosen is on disk before it is used, so that a crash does not make a client choose anew.
 */
export class Nodes {
  readonly keeper: PathKeeper;
  readonly #memory: RoadMemory;
  readonly #network: Bytes;
  #signed: SignedList;
  #changes = 0;
  #saving: Promise<void> = Promise.resolve();
  #saved: string;

  private constructor(parts: {
    readonly memory: RoadMemory;
    readonly network: Bytes;
    readonly signed: SignedList;
    readonly keeper: PathKeeper;
    /** What is on disk says the same. */
    readonly isSaved: boolean;
  }) {
    this.#memory = parts.memory;
    this.#network = parts.network;
    this.#signed = parts.signed;
    this.keeper = parts.keeper;
    this.#saved = parts.isSaved ? this.#state() : '';
  }

  /**
   * `first` came with the network text. What was remembered of the same text was believed step by step, its
   * signers may have changed since; what was remembered of another counts when its signers have signed it.
   */
  static async open(parts: {
    readonly first: SignedList;
    readonly memory: RoadMemory;
    readonly clock: Clock;
    readonly random: RandomBytes;
  }): Promise<Nodes> {
    const { first, memory, clock, random } = parts;
    const bytes = await memory.load().catch(() => undefined);
    const remembered = bytes === undefined ? undefined : decodeMemory(bytes);
    const network = sha256(encodeSignedList(first));
    const isOurs = remembered !== undefined && equalBytes(remembered.network, network);
    const judged =
      remembered && acceptList({ incoming: remembered.list, ...(isOurs ? {} : { pinned: first }) });
    const newer = judged?.outcome === 'accepted' ? judged.signed : undefined;
    const signed = newer && newer.list.sequence > first.list.sequence ? newer : first;
    const keeper = new PathKeeper({
      from: { nodes: signed.list.nodes.map(toPathNode), subnets: signed.list.subnets },
      guards: remembered?.guards ?? [],
      now: () => clock.now(),
      random,
    });
    return new Nodes({ memory, network, signed, keeper, isSaved: isOurs });
  }

  get signed(): SignedList {
    return this.#signed;
  }

  get list(): NodeList {
    return this.#signed.list;
  }

  /** The members that keep what belongs to a key of 33 bytes. */
  swarmOf(key: Bytes): readonly DirectoryNode[] {
    return swarmFor(this.#signed.list, key).nodes;
  }

  /** Judge a list from anybody, or with `byOwner` one that the user has given. */
  adopt(list: Bytes, byOwner?: true): AdoptOutcome {
    const judged = acceptList({ pinned: this.#signed, incoming: list, ...(byOwner && { byOwner }) });
    if (judged.outcome !== 'accepted') return judged.outcome;
    if (judged.signed.list.nodes.length === 0) return 'malformed';
    this.#goBy(judged.signed);
    return 'adopted';
  }

  /** Go by nodes on which several agree, where nobody signs the list. Milliseconds. */
  adoptSeen(nodes: readonly DirectoryNode[], now: number): void {
    const signed = seenAgain(nodes, this.#signed.list, now);
    if (signed !== undefined) this.#goBy(signed);
  }

  #goBy(signed: SignedList): void {
    this.#signed = signed;
    this.#changes++;
    const { nodes, subnets } = signed.list;
    this.keeper.replaceNodes({ nodes: nodes.map(toPathNode), subnets });
  }

  /** Have on disk what is chosen now. Rejects when that cannot be written. */
  async remember(): Promise<void> {
    if (this.#saved === this.#state()) return;
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#save());
    await this.#saving;
  }

  async #save(): Promise<void> {
    const state = this.#state();
    if (this.#saved === state) return;
    const [network, guards] = [this.#network, this.keeper.rememberedGuards()];
    await this.#memory.save(encodeMemory({ network, list: encodeSignedList(this.#signed), guards }));
    this.#saved = state;
  }

  #state(): string {
    return `${this.#changes} ${this.keeper.changes}`;
  }
}

/** It tells us what we go by, or something that came before. */
export function isKnown(outcome: AdoptOutcome): boolean {
  return outcome === 'adopted' || outcome === 'same' || outcome === 'older';
}

/** The list of a network text, which its own signers must have signed. Throws OnionRoadError `bad-directory`. */
export function readFirstList(directory: Bytes): SignedList {
  const judged = acceptList({ incoming: directory });
  if (judged.outcome === 'accepted') return judged.signed;
  throw new OnionRoadError('bad-directory', 'this list of nodes cannot be read, or is not signed');
}

function toPathNode({ ip, httpsPort, ed25519, x25519 }: DirectoryNode): PathNode {
  return { ip, httpsPort, ed25519, x25519 };
}
