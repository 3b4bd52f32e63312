import type { ClientHttp2Session } from 'node:http2';
import { endSession, FrameAsker } from '@sotto/frames';
import {
  ASK_AGAIN,
  DIAL_TIMEOUT,
  JUST_GONE,
  MAX_LINK_REQUESTS,
  QUIET,
  READ_TIMEOUT,
  REDIAL,
  RESERVED_REQUESTS,
} from '../constants.ts';
import type { DialOutcome } from './dial-link.ts';
import { exchange, type LinkReply, type LinkRequest } from './exchange.ts';
import { kindOfPath } from './frame-kinds.ts';
import { LINK_PATH } from './paths.ts';

export interface PeerOptions {
  dial(timeout: number): Promise<DialOutcome>;
  opened(): void;
  lost(): void;
  now(): number;
}

/**
 * The link to one node. The first request dials and waits; after a failure, requests are answered `down`
 * without waiting for a dial that hangs, while dials go on in the background, so that a dead node costs its
 * callers nothing. A node that refuses is asked again, since that costs one round trip: it may be starting.
 */
export class Peer {
  readonly #options: PeerOptions;
  #session: ClientHttp2Session | undefined;
  #frames: FrameAsker | undefined;
  /** While a first dial is under way, whose end callers wait for. */
  #dialling: Promise<boolean> | undefined;
  #failures = 0;
  /** When the first of these failures was, when the last one ended, and whether it came at once. */
  #downSince = 0;
  #triedAt = 0;
  #refused = false;
  #redial: NodeJS.Timeout | undefined;
  /** A request or a ping was not answered, and no ping has been since. */
  #silent = false;
  #pinging = false;
  /** Requests in a row that were not answered, and until when no further one is tried for it. */
  #timeouts = 0;
  #quietUntil = 0;
  #underWay = 0;
  #usedAt: number;
  /** Held open although unused, and dialled again although nobody asks. */
  #kept = false;
  #closed = false;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#usedAt = options.now();
  }

  get usedAt(): number {
    return this.#underWay > 0 ? this.#options.now() : this.#usedAt;
  }

  get isOpen(): boolean {
    return this.#session !== undefined && !this.#session.closed && !this.#session.destroyed;
  }

  /** Never rejects. */
  async post(request: LinkRequest): Promise<LinkReply> {
    this.#usedAt = this.#options.now();
    const started = Date.now();
    if (!this.isOpen && (this.#closed || !(await this.#reach(request)))) return { outcome: 'down' };
    const session = this.#session;
    if (session === undefined) return { outcome: 'down' };
    // What it keeps may be slow while it passes onions on, so those wait for no more than the ping.
    const quiet = request.yields !== true && this.#options.now() < this.#quietUntil;
    if (this.#silent || quiet) return { outcome: 'silent' };
    if (request.yields === true && !this.#hasRoom) return { outcome: 'busy' };
    this.#underWay += 1;
    const timeout = Math.max(1, request.timeout - (Date.now() - started));
    const kind = kindOfPath(request.path);
    const frames = kind === undefined ? undefined : this.#frames;
    const hurried = { ...request, timeout };
    const reply = await (kind === undefined || frames === undefined
      ? exchange(session, hurried)
      : frames.ask(kind, hurried));
    this.#underWay -= 1;
    this.#usedAt = this.#options.now();
    if (reply.outcome === 'answered') this.#timeouts = 0;
    return reply;
  }

  /**
   * The other side has not answered in time: hold nobody up with it until it answers a ping, and, if it
   * answers those alone, for longer each time.
   */
  suspect(): void {
    if (!this.isOpen) return;
    this.#timeouts += 1;
    const pause = Math.min(QUIET.last, QUIET.first * 2 ** Math.min(this.#timeouts - 1, 10));
    this.#quietUntil = this.#options.now() + pause;
    this.#silent = true;
    if (!this.#pinging) this.ping();
  }

  /** Ask whether the other side lives. Called again before the answer came, the link is given up. */
  ping(): void {
    const session = this.#session;
    if (session === undefined || !this.isOpen) return;
    if (this.#pinging) {
      endSession(session);
      return;
    }
    this.#pinging = true;
    const sent = session.ping((error) => {
      this.#pinging = false;
      if (error === null) this.#silent = false;
    });
    if (!sent) {
      this.#pinging = false;
      endSession(session);
    }
  }

  keep(kept: boolean): void {
    this.#kept = kept;
    if (kept && !this.isOpen && this.#redial === undefined) this.#tryAgain(0);
  }

  /** The node was heard of just now: do not sit out the pause. */
  cameBack(): void {
    if (this.isOpen || this.#failures === 0 || this.#dialling !== undefined) return;
    this.#tryAgain(0);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#redial);
    this.#frames?.close();
    this.#session?.close();
  }

  /** Cut what `close` leaves to finish. */
  cut(): void {
    this.close();
    if (this.#session !== undefined) endSession(this.#session);
  }

  /** For a request that gives way to others. */
  get #hasRoom(): boolean {
    return (this.#frames?.underWay ?? 0) < MAX_LINK_REQUESTS - RESERVED_REQUESTS;
  }

  /** Whether there is a connection, now or within what this request is worth waiting for. */
  async #reach({ timeout, patience = 0 }: LinkRequest): Promise<boolean> {
    if (this.#failures === 0) return this.#dialOnce(Math.min(timeout, DIAL_TIMEOUT));
    const { now } = this.#options;
    const end = now() - this.#downSince < JUST_GONE ? now() + patience : now();
    for (;;) {
      if (this.#refused && (this.#dialling !== undefined || now() - this.#triedAt >= ASK_AGAIN)) {
        await Promise.race([this.#dialOnce(DIAL_TIMEOUT), pause(AT_ONCE)]);
      }
      if (this.isOpen) return true;
      if (this.#closed || now() >= end) return false;
      await pause(ASK_AGAIN / 2);
    }
  }

  #dialOnce(timeout: number): Promise<boolean> {
    this.#dialling ??= this.#dial(timeout).finally(() => {
      this.#dialling = undefined;
    });
    return this.#dialling;
  }

  async #dial(timeout: number): Promise<boolean> {
    const began = this.#options.now();
    const dialled = await this.#options.dial(timeout);
    if (dialled.outcome === 'failed') {
      this.#triedAt = this.#options.now();
      this.#refused = this.#triedAt - began < AT_ONCE;
      if (this.#failures === 0) this.#downSince = this.#triedAt;
      this.#failures += 1;
      const { first, last } = REDIAL;
      const pause = Math.min(last, first * 2 ** Math.min(this.#failures - 1, 10));
      // Spread, so that the nodes of a swarm do not all dial a returning one in the same moment.
      this.#tryAgain(pause * (0.75 + Math.random() / 2));
      return false;
    }
    if (this.#closed) {
      endSession(dialled.session);
      return false;
    }
    this.#take(dialled.session);
    return true;
  }

  #take(session: ClientHttp2Session): void {
    this.#session = session;
    this.#frames = askerOf(session);
    this.#failures = 0;
    this.#silent = false;
    this.#pinging = false;
    this.#timeouts = 0;
    this.#quietUntil = 0;
    session.unref();
    session.once('close', () => {
      if (this.#session !== session) return;
      this.#session = undefined;
      this.#options.lost();
      if (this.#kept) this.#tryAgain(0);
    });
    this.#options.opened();
  }

  /** Go on trying while somebody cares: it is of the own swarm, or was asked for a short while ago. */
  #tryAgain(pause: number): void {
    clearTimeout(this.#redial);
    if (this.#closed) return;
    this.#redial = setTimeout(() => {
      this.#redial = undefined;
      if (this.isOpen || this.#closed) return;
      if (this.#kept || this.#options.now() - this.#usedAt < INTEREST) void this.#dialOnce(DIAL_TIMEOUT);
      // Nobody cares: the next request may wait for a dial again.
      else this.#failures = 0;
    }, pause);
    this.#redial.unref();
  }
}

/** Throws when the session has ended. Without this stream there is no link, whatever else of it may work. */
function askerOf(session: ClientHttp2Session): FrameAsker {
  const stream = session.request({ ':method': 'POST', ':path': LINK_PATH.frames }, { endStream: false });
  const broken = (): void => endSession(session);
  return new FrameAsker(stream, { most: MAX_LINK_REQUESTS, patience: READ_TIMEOUT, broken });
}

/** A dial that fails within this was refused; one that takes longer may hang. Milliseconds, as all here. */
const AT_ONCE = 200;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** How long after the last request to a dead node it is still dialled. */
const INTEREST = 60_000;
