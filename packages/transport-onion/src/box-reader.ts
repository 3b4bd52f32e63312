import { toHex } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import { type ClientRequest, retrieveText, STORAGE_STATUS } from '@sotto/protocol';
import { type Box, signAt } from './box.ts';
import type { HandOver } from './hand-over.ts';
import { PAGE_BYTES, PAGE_MESSAGES, POLL_TIMEOUT, POLL_WAIT } from './limits.ts';
import type { Members } from './members.ts';
import { type BoxKind, type Page, readPage } from './read-box.ts';
import { deleteOf } from './record.ts';

export interface Reading {
  /** The member holds the request until something comes. */
  readonly waits: boolean;
  /** To be deleted before. */
  readonly hashes: readonly string[];
}

const LOOK: Reading = { waits: false, hashes: [] };

/** Reads one box at one member after the other, and knows how far it has read at each. */
export class BoxReader {
  readonly #members: Members;
  readonly #box: Box;
  readonly #kind: BoxKind;
  readonly #purpose: string;
  readonly #handOver: HandOver;
  readonly #cursors = new Map<string, string>();
  /** Members that had more than one page holds. */
  readonly #unfinished = new Set<string>();

  constructor(parts: {
    readonly members: Members;
    readonly box: Box;
    readonly kind: BoxKind;
    readonly purpose: string;
    readonly handOver: HandOver;
  }) {
    this.#members = parts.members;
    this.#box = parts.box;
    this.#kind = parts.kind;
    this.#purpose = parts.purpose;
    this.#handOver = parts.handOver;
  }

  /** `undefined`: no answer, or none that can be true. */
  async read(node: DirectoryNode, reading: Reading = LOOK): Promise<Page | undefined> {
    const [box, member] = [this.#box, toHex(node.ed25519)];
    const reply = await this.#members.ask({
      purpose: this.#purpose,
      key: box.key,
      node,
      request: (now) => this.#request(member, now, reading),
      ...(reading.waits ? { long: true, timeout: POLL_TIMEOUT } : {}),
    });
    if (reply.outcome !== 'answered' || reply.status !== STORAGE_STATUS.ok) return undefined;
    const page = readPage(reply.body, {
      box,
      kind: this.#kind,
      deletes: reading.hashes.length > 0,
      isDone: (hash) => this.#handOver.isDone(hash),
    });
    if (!page) this.#members.avoid(node);
    return page;
  }

  /** What a member said is handed over: the next page of it begins behind. */
  taken(node: DirectoryNode, { lastHash, more }: Page): void {
    const member = toHex(node.ed25519);
    if (lastHash !== undefined) this.#cursors.set(member, lastHash);
    if (more) this.#unfinished.add(member);
    else this.#unfinished.delete(member);
  }

  /** Every member from its beginning. */
  startOver(): void {
    this.#cursors.clear();
    this.#unfinished.clear();
  }

  #request(member: string, now: number, { waits, hashes }: Reading): ClientRequest {
    const box = this.#box;
    const lastHash = this.#goesOn(member) ? this.#cursors.get(member) : undefined;
    const retrieve = {
      method: 'retrieve',
      mailbox: box.key,
      namespace: box.namespace,
      ...(lastHash === undefined ? {} : { lastHash }),
      maxCount: PAGE_MESSAGES,
      maxSize: PAGE_BYTES,
      ...(waits ? { wait: POLL_WAIT } : {}),
      auth: signAt(box, now, retrieveText),
    } as const;
    if (hashes.length === 0) return retrieve;
    return { method: 'sequence', requests: [deleteOf(box, hashes), retrieve] };
  }

  /**
   * Behind what was read, in a box that keeps what was read. One's own box is empty when all is done: what
   * a member shows from the beginning is then new, or has not been deleted there.
   */
  #goesOn(member: string): boolean {
    return this.#kind === 'requests' || this.#unfinished.has(member) || this.#handOver.isBusy;
  }
}
