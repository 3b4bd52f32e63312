import { type Bytes, utf8 } from '@sotto/bytes';
import { MAX_SERVED, MAX_TAG_BYTES } from './constants.ts';
import type { Refusal } from './read-message.ts';
import type { Category, Handler, Listener, OxenMqEvent, Peer } from './types.ts';

export interface Served {
  readonly categories: ReadonlyMap<string, Category>;
  readonly count: (event: OxenMqEvent) => void;
  /** Something of ours that should not fail has. */
  readonly failed: (error: unknown) => void;
  /** What is being answered, over all connections. */
  readonly underWay: Set<Promise<void>>;
  /** Nothing new is answered any more. */
  draining: boolean;
}

const REPLY = utf8('REPLY');

/** Answers what the other end of one connection asks: so much at once, and only what it may ask. */
export class Serving {
  readonly #served: Served;
  readonly #peer: Peer;
  readonly #send: (parts: readonly Uint8Array[]) => void;
  #underWay = 0;

  constructor(served: Served, peer: Peer, send: (parts: readonly Uint8Array[]) => void) {
    this.#served = served;
    this.#peer = peer;
    this.#send = send;
  }

  serve(name: string, parts: readonly Bytes[]): void {
    const [tag, ...data] = parts;
    const found = this.#find(name);
    if (typeof found === 'string') this.#send(refuse(found, name, tag));
    else if ('hear' in found) found.hear(parts, this.#peer);
    else if (tag === undefined) this.#send([utf8('NO_REPLY_TAG'), utf8(name)]);
    else if (tag.length > MAX_TAG_BYTES) this.#served.count('noise');
    else if (this.#served.draining || this.#isBusy) this.#served.count('dropped');
    else this.#begin(this.#answer(found.handle, tag, data));
  }

  #begin(answered: Promise<void>): void {
    const { underWay } = this.#served;
    underWay.add(answered);
    void answered.then(() => underWay.delete(answered));
  }

  get #isBusy(): boolean {
    return this.#underWay >= (this.#peer.isNode ? MAX_SERVED.ofNode : MAX_SERVED.ofStranger);
  }

  /** In the order of the original: whether there is such a command, then who may ask. */
  #find(name: string): { readonly handle: Handler } | { readonly hear: Listener } | Refusal {
    const dot = name.indexOf('.');
    const command = name.slice(dot + 1);
    const category = this.#served.categories.get(name.slice(0, Math.max(0, dot)));
    const [handle, hear] = [category?.find(command), category?.hear?.(command)];
    if (category === undefined || (handle === undefined && hear === undefined)) return 'UNKNOWNCOMMAND';
    if (category.access === 'node' && !this.#peer.isNode) return 'FORBIDDEN_SN';
    return handle === undefined ? { hear: hear as Listener } : { handle };
  }

  async #answer(handler: Handler, tag: Bytes, data: readonly Bytes[]): Promise<void> {
    this.#underWay += 1;
    try {
      const answer = await handler(data, this.#peer);
      if (answer !== undefined) this.#send([REPLY, tag, ...answer]);
    } catch (error) {
      this.#served.failed(error);
    } finally {
      this.#underWay -= 1;
    }
  }
}

/**
 * With the tag the other end hears at once that there will be no answer; without, it can only write it down. Of a
 * command that there is none of nobody knows whether it has one.
 */
function refuse(refusal: Refusal, name: string, tag: Bytes | undefined): readonly Uint8Array[] {
  const tagged = refusal !== 'UNKNOWNCOMMAND' && tag !== undefined && tag.length <= MAX_TAG_BYTES;
  return tagged ? [utf8(refusal), REPLY, tag] : [utf8(refusal), utf8(name)];
}
