import { isSeen, type NodeList } from '@sotto/directory';
import { randomIndex } from '@sotto/onion';
import { parseDirectoryReply, STORAGE_STATUS } from '@sotto/protocol';
import { askAround } from './ask-around.ts';
import type { Asker } from './asker.ts';
import { jitter } from './back-off.ts';
import {
  CUT_OFF_AFTER,
  MAX_MEMBERS_TRIED,
  REFRESH_AGAIN,
  REFRESH_AT_MOST_EVERY,
  REFRESH_EVERY,
} from './limits.ts';
import { listFromGuards, type OnionTrouble } from './list-from-guards.ts';
import { isKnown } from './nodes.ts';
import { parseBody } from './parse-body.ts';

/**
 * Keeps the list of nodes fresh: a random node is asked for its newest one through a path, and when nothing
 * comes by any path, the guards are asked directly. The list counts only with the signatures of the signers
 * of ours; where nobody signs, several nodes must agree.
 */
export class DirectoryWatch {
  readonly #asker: Asker;
  #refreshing: Promise<boolean> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** What the guards told last, of which list, and how many answers there had been by then. */
  #trouble:
    | { readonly what: OnionTrouble | undefined; readonly list: NodeList; readonly answers: number }
    | undefined;
  #guardsAskedAt = Number.NEGATIVE_INFINITY;
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  /** Now, and from time to time. */
  start(): void {
    void this.#ask().then((heard) => this.#later(heard ? REFRESH_EVERY : REFRESH_AGAIN));
  }

  /** Because something does not fit. True when we go by another list than before. */
  async refresh(): Promise<boolean> {
    const { clock, nodes } = this.#asker.traveller;
    const before = nodes.list;
    const elapsed = Math.abs(clock.now() - this.#askedAt);
    if (this.#refreshing !== undefined || elapsed >= REFRESH_AT_MOST_EVERY) await this.#ask();
    return nodes.list !== before;
  }

  /** Why nothing comes through, since the guards were asked; `undefined` while nobody knows of any trouble. */
  get trouble(): OnionTrouble | undefined {
    const { answers, traveller } = this.#asker;
    const said = this.#trouble;
    return said?.answers === answers && said.list === traveller.nodes.list ? said.what : undefined;
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #later(pause: number): void {
    if (this.#closed) return;
    const { clock, random } = this.#asker.traveller;
    this.#cancel = clock.after(jitter(pause, random), () => this.start());
  }

  #ask(): Promise<boolean> {
    this.#refreshing ??= this.#askAny().finally(() => {
      this.#refreshing = undefined;
      this.#askedAt = this.#asker.traveller.clock.now();
    });
    return this.#refreshing;
  }

  /**
   * True when a node behind a path has answered. What guards say when none has is taken too, and asked again
   * sooner.
   */
  async #askAny(): Promise<boolean> {
    const { answers } = this.#asker;
    let asking = Promise.resolve();
    const cancel = this.#asker.traveller.clock.after(CUT_OFF_AFTER, () => {
      asking = this.#askGuards(answers);
    });
    const heard = await this.#askSome().finally(cancel);
    await asking;
    if (!heard) await this.#askGuards(answers);
    return heard;
  }

  /** Directly, unless something has come by a path since, or they were asked lately. */
  async #askGuards(answers: number): Promise<void> {
    const now = this.#asker.traveller.clock.now();
    if (this.#closed || this.#asker.answers !== answers) return;
    if (Math.abs(now - this.#guardsAskedAt) < REFRESH_AT_MOST_EVERY) return;
    this.#guardsAskedAt = now;
    const { traveller } = this.#asker;
    const { list } = traveller.nodes;
    this.#trouble = { what: await listFromGuards(traveller), list, answers };
  }

  async #askSome(): Promise<boolean> {
    const { nodes, random } = this.#asker.traveller;
    if (isSeen(nodes.list)) return askAround(this.#asker, () => this.#closed);
    for (let attempt = 0; attempt < MAX_MEMBERS_TRIED && !this.#closed; attempt++) {
      const node = nodes.list.nodes[randomIndex(nodes.list.nodes.length, random)];
      if (!node) return false;
      const request = () => ({ method: 'sotto_directory' }) as const;
      const reply = await this.#asker.ask({ purpose: 'ask', node, request });
      const list =
        reply.outcome === 'answered' && reply.status === STORAGE_STATUS.ok
          ? parseBody(reply.body, parseDirectoryReply)?.list
          : undefined;
      if (list === undefined || !isKnown(nodes.adopt(list))) continue;
      // Not on disk, it is fetched again at the next start.
      await nodes.remember().catch(() => undefined);
      return true;
    }
    return false;
  }
}
