import { randomIndex } from '@sotto/onion';
import { parseDirectoryReply, STORAGE_STATUS } from '@sotto/protocol';
import type { Asker } from './asker.ts';
import { jitter } from './back-off.ts';
import { MAX_MEMBERS_TRIED, REFRESH_AGAIN, REFRESH_AT_MOST_EVERY, REFRESH_EVERY } from './limits.ts';
import { parseBody } from './parse-body.ts';

/**
 * Keeps the list of nodes fresh: a random node is asked for its newest one through a path, and the list
 * counts only with the signatures of the signers of ours.
 */
export class DirectoryWatch {
  readonly #asker: Asker;
  #refreshing: Promise<boolean> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
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
    this.#refreshing ??= this.#askSome().finally(() => {
      this.#refreshing = undefined;
      this.#askedAt = this.#asker.traveller.clock.now();
    });
    return this.#refreshing;
  }

  async #askSome(): Promise<boolean> {
    const { nodes, random } = this.#asker.traveller;
    for (let attempt = 0; attempt < MAX_MEMBERS_TRIED && !this.#closed; attempt++) {
      const node = nodes.list.nodes[randomIndex(nodes.list.nodes.length, random)];
      if (!node) return false;
      const request = () => ({ method: 'sotto_directory' }) as const;
      const reply = await this.#asker.ask({ purpose: 'ask', node, request });
      const list =
        reply.outcome === 'answered' && reply.status === STORAGE_STATUS.ok
          ? parseBody(reply.body, parseDirectoryReply)?.list
          : undefined;
      if (list === undefined || nodes.adopt(list) === 'refused') continue;
      // Not on disk, it is fetched again at the next start.
      await nodes.remember().catch(() => undefined);
      return true;
    }
    return false;
  }
}
