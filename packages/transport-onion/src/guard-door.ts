import { type Bytes, equalBytes, toHex } from '@sotto/bytes';
import type { Clock } from '@sotto/client';
import type { PathNode } from '@sotto/onion';
import {
  formatClientRequest,
  ONION_PATH,
  ProtocolError,
  parseDirectoryReply,
  parseInfoReply,
  parseJson,
  STORAGE_PATH,
} from '@sotto/protocol';
import { GUARD_TIMEOUT, GUARD_WATCH_EVERY, MAX_REPLY } from './limits.ts';
import type { GuardReply, PostToGuard } from './net.ts';
import { offsetOf } from './network-time.ts';
import type { Nodes } from './nodes.ts';

const INFO = formatClientRequest({ method: 'info' });
const MAX_INFO = 64 * 1024;
const DIRECTORY = formatClientRequest({ method: 'sotto_directory' });
/** The longest list is 271 KB in base64. */
const MAX_LIST = 384 * 1024;
/** As many failures as make a guard count as dead. */
const EXAMINATIONS = 3;
const NOBODY: GuardReply = { outcome: 'unreachable', reason: 'aborted' };

/**
 * The one place from which anything leaves this device on the onion road, and only to a guard that is
 * on disk as one (design §1.4: no packet goes anywhere but a guard, whatever fails).
 */
export class GuardDoor {
  readonly #post: PostToGuard;
  readonly #nodes: Nodes;
  readonly #clock: Clock;
  /** One for each request on its way, so that none has to listen for all. */
  readonly #sent = new Set<AbortController>();
  readonly #examined = new Map<PathNode, Promise<void>>();
  #cancelWatch: () => void = () => undefined;
  #closed = false;

  constructor(parts: {
    readonly post: PostToGuard;
    readonly nodes: Nodes;
    readonly clock: Clock;
  }) {
    this.#post = parts.post;
    this.#nodes = parts.nodes;
    this.#clock = parts.clock;
    this.#watch();
  }

  sendOnion(guard: PathNode, body: Bytes, timeout: number): Promise<GuardReply> {
    return this.#send(guard, { path: ONION_PATH, body, timeout, maxReply: MAX_REPLY });
  }

  /** Ask it directly whether it lives, and how far ahead of ours its clock is; `undefined`: it does not. */
  async ask(guard: PathNode): Promise<{ readonly node: string; readonly offset: number } | undefined> {
    const asked = this.#clock.now();
    const reply = await this.#send(guard, {
      path: STORAGE_PATH,
      body: INFO,
      timeout: GUARD_TIMEOUT,
      maxReply: MAX_INFO,
    });
    const time = reply.outcome === 'answered' && reply.status === 200 ? timeOf(reply.body) : undefined;
    return time === undefined
      ? undefined
      : { node: toHex(guard.ed25519), offset: offsetOf(time, asked, this.#clock.now()) };
  }

  /** Ask it directly for the signed list that it goes by, which everybody may have; `undefined`: nothing came. */
  async askForList(guard: PathNode): Promise<Bytes | undefined> {
    const reply = await this.#send(guard, {
      path: STORAGE_PATH,
      body: DIRECTORY,
      timeout: GUARD_TIMEOUT,
      maxReply: MAX_LIST,
    });
    return reply.outcome === 'answered' && reply.status === 200 ? listOf(reply.body) : undefined;
  }

  /**
   * Something that went through it was not answered in time: find out whether that was the guard. Until
   * one answer, or until it counts as dead.
   */
  examine(guard: PathNode): Promise<void> {
    const running = this.#examined.get(guard);
    if (running !== undefined) return running;
    const examined = this.#examine(guard).finally(() => this.#examined.delete(guard));
    this.#examined.set(guard, examined);
    return examined;
  }

  close(): void {
    this.#closed = true;
    this.#cancelWatch();
    for (const controller of this.#sent) controller.abort();
  }

  async #examine(guard: PathNode): Promise<void> {
    for (let attempt = 0; attempt < EXAMINATIONS && !this.#closed; attempt++) {
      if (await this.ask(guard)) return;
      if (!this.#closed) this.#nodes.keeper.guardFailed(guard);
    }
  }

  async #send(
    guard: PathNode,
    request: {
      path: typeof ONION_PATH | typeof STORAGE_PATH;
      body: Bytes;
      timeout: number;
      maxReply: number;
    },
  ): Promise<GuardReply> {
    // A list that has come meanwhile may lack it, and what cannot be remembered is not used.
    const kept = await this.#nodes.remember().then(
      () => true,
      () => false,
    );
    if (!kept || this.#closed || !this.#isGuard(guard)) return NOBODY;
    const controller = new AbortController();
    this.#sent.add(controller);
    try {
      const { signal } = controller;
      return await this.#post({ ip: guard.ip, port: guard.httpsPort, ...request, signal });
    } finally {
      this.#sent.delete(controller);
    }
  }

  #isGuard({ ed25519, ip, httpsPort }: PathNode): boolean {
    return this.#nodes.keeper
      .allGuards()
      .some(
        (guard) => guard.ip === ip && guard.httpsPort === httpsPort && equalBytes(guard.ed25519, ed25519),
      );
  }

  /** Dead guards are asked from time to time whether they live again. */
  #watch(): void {
    this.#cancelWatch = this.#clock.after(GUARD_WATCH_EVERY, () => {
      for (const guard of this.#nodes.keeper.guardsToAsk()) void this.#lookAt(guard);
      this.#watch();
    });
  }

  async #lookAt(guard: PathNode): Promise<void> {
    const lives = await this.ask(guard);
    if (this.#closed) return;
    if (lives) this.#nodes.keeper.guardAnswered(guard);
    else this.#nodes.keeper.guardFailed(guard);
  }
}

/** What an answer to `info` says the time is; `undefined` for one that is none. */
export function timeOf(body: Bytes): number | undefined {
  return reading(() => parseInfoReply(parseJson(body)).timestamp);
}

function listOf(body: Bytes): Bytes | undefined {
  return reading(() => parseDirectoryReply(parseJson(body, MAX_LIST)).list);
}

function reading<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
