import { randomInt } from 'node:crypto';
import type { Http2ServerRequest, Http2Session } from 'node:http2';
import type { Bytes } from '@sotto/bytes';
import { DatabaseError } from '@sotto/database';
import { CLIENT_FRAMES_PATH, FRAME, type FrameReply, LeaveSignal, type Leaving } from '@sotto/frames';
import {
  addressOf,
  ByteBudget,
  type ByteShare,
  clientAt,
  FairShare,
  PerAddress,
  TokenBuckets,
} from '@sotto/limits';
import { ONION_PATH, PING_PATH, SEED_PATH, STATS_PATH, STORAGE_PATH } from '@sotto/protocol';
import {
  BYTES_IN_FLIGHT,
  FRESH,
  MAX_CLIENT_REQUESTS,
  MAX_LINK_REQUESTS,
  MAX_ONIONS_PER_ADDRESS,
  MAX_UNDER_WAY,
  PROTOCOL_VERSION,
  RATE_LIMIT,
  RETRY_WITHIN,
} from '../constants.ts';
import { pathOfKind } from '../link/frame-kinds.ts';
import { LINK_PATH } from '../link/paths.ts';
import type { NodeContext } from '../node-context.ts';
import type { Asked } from './asked.ts';
import { type FrameDoor, FrameStreams } from './frame-streams.ts';
import { FreshPlaces } from './fresh-places.ts';
import { LagWatch } from './lag-watch.ts';
import { type NodeRequest, readBody } from './read-body.ts';
import { type HttpReply, textReply } from './reply.ts';
import { isHttp2, leaving, type NodeResponse, respond } from './respond.ts';
import { ToldTimes } from './told-times.ts';

/** What is behind the paths of the one port. */
export interface HttpRoutes {
  onion(asked: Asked): Promise<HttpReply>;
  storage(asked: Asked): Promise<HttpReply>;
  /** Tell somebody who knows no node of those in the list. */
  seed(asked: Asked): Promise<HttpReply>;
  /** JSON for everybody at a path, undefined where there is none. */
  published(path: string): string | undefined;
  /** Whether a body for the storage asks for what costs no more than to refuse it. */
  isLight(body: Bytes): boolean;
  /** Whether a node of the directory has proved itself on this connection. */
  isLink(session: Http2Session): boolean;
  /** `session` is the connection that it came over; `undefined` when the path is none of a link's. */
  link(path: string, asked: Asked, session: Http2Session): Promise<HttpReply> | undefined;
}

/** The part of the server that is ours: requests, and an orderly end. */
export interface HttpService {
  /** It takes no new work any more. */
  readonly draining: boolean;
  /** Requests being answered, long polls too; without those that come over links in frames. */
  readonly underWay: number;
  /** `came` hears of every part of a body that is read. */
  request(request: NodeRequest, response: NodeResponse, came: (bytes: number) => void): void;
  /** Forget the addresses of those whom no limit concerns any more. */
  forgetAddresses(): void;
  /** Refuse new work and wait for what is being answered. */
  drain(): Promise<void>;
}

interface Work {
  readonly signal: Leaving;
  readonly share: ByteShare;
  readonly came: (bytes: number) => void;
}

export function createHttpService(
  context: Pick<NodeContext, 'events' | 'now' | 'keys'>,
  routes: HttpRoutes,
  {
    underWay: most = MAX_UNDER_WAY,
    lag = new LagWatch(() => performance.now()),
    freshOnions = new FreshPlaces(FRESH.onions, FRESH.milliseconds),
    freshCalls = new FreshPlaces(FRESH.calls, FRESH.milliseconds),
  }: {
    readonly underWay?: number;
    readonly lag?: Pick<LagWatch, 'isBehind' | 'close'>;
    readonly freshOnions?: FreshPlaces;
    readonly freshCalls?: FreshPlaces;
  } = {},
): HttpService {
  const { events, now, keys } = context;
  const budget = new ByteBudget(BYTES_IN_FLIGHT);
  const calls = new TokenBuckets(RATE_LIMIT);
  const limited = new Map([
    [STORAGE_PATH, calls],
    [SEED_PATH, calls],
    [ONION_PATH, new TokenBuckets(RATE_LIMIT)],
  ]);
  const onions = new PerAddress(MAX_ONIONS_PER_ADDRESS);
  const places = new FairShare(most);
  const told = new ToldTimes(() => performance.now());
  const underWay = new Set<Promise<void>>();
  const frames = new FrameStreams();
  /** Connections over which a client asks in frames; one stream is enough for each. */
  const framed = new WeakSet<Http2Session>();
  let framesUnderWay = 0;
  const pubkey = Buffer.from(keys.ed25519).toString('base64');
  let draining = false;

  const answer = async (request: NodeRequest, { signal, share, came }: Work): Promise<HttpReply> => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const early = answerWithoutBody(request, path);
    if (early !== undefined) return early;
    if (draining) return textReply(503, 'Service node is not ready: shutting down');
    const read = await readBody(request, share, came);
    if ('status' in read) {
      return read.status === 503 ? overloaded() : textReply(read.status, WORDS[read.status]);
    }
    const asked = { body: read.body, from: addressOf(request.socket), signal, hold: share.take };
    const reply = await dispatch(path, request, asked);
    return share.take(reply.body.length) ? reply : overloaded();
  };

  const safely = async (signal: Leaving, work: () => Promise<HttpReply>): Promise<HttpReply> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DatabaseError && error.code === 'overloaded') return overloaded();
      if (!signal.aborted && !isGone(error)) events.failed(error);
      return textReply(500, 'Internal Server Error');
    }
  };

  /** What needs no body, and refusals that should not wait for one. */
  const answerWithoutBody = (request: NodeRequest, path: string): HttpReply | undefined => {
    if (path === STATS_PATH && request.method === 'GET') {
      return { ...textReply(200, STATS), type: 'application/json' };
    }
    if (request.method === 'GET') return published(request, path);
    if (request.method !== 'POST') return notFound(request, path);
    if (path === PING_PATH) return { ...textReply(200, ''), headers: { 'X-Oxen-Snode-Pubkey': pubkey } };
    const permit = limited.get(path)?.take(addressOf(request.socket), now());
    if (permit?.outcome === 'empty') return tooMany();
    return path === STORAGE_PATH && LONG_POLL in request.headers ? textReply(410, WORDS[410]) : undefined;
  };

  /** As dear as a call, and counted as one. */
  const published = (request: NodeRequest, path: string): HttpReply => {
    const text = routes.published(path);
    if (text === undefined) return notFound(request, path);
    const permit = limited.get(STORAGE_PATH)?.take(addressOf(request.socket), now());
    return permit?.outcome === 'empty' ? tooMany() : { ...textReply(200, text), type: 'application/json' };
  };

  const tooMany = (): HttpReply => {
    events.count('rate-limited');
    return { ...textReply(429, WORDS[429]), noRoom: true };
  };

  const overloaded = (): HttpReply => {
    events.count('overloaded');
    return { ...textReply(503, WORDS[503]), noRoom: true };
  };

  /** Each may be open for half a minute, in a link that clients at other addresses use too. */
  const onion = async (asked: Asked): Promise<HttpReply> => {
    if (!onions.enter(asked.from)) return tooMany();
    const leave = lag.isBehind ? undefined : freshOnions.enter(asked.from);
    try {
      return leave === undefined ? tooMany() : await routes.onion(asked);
    } finally {
      leave?.();
      onions.leave(asked.from);
    }
  };

  /** What comes over links is done first, whatever strangers ask: others have begun it. */
  const storage = async (asked: Asked): Promise<HttpReply> => {
    // Clients ask a guard that is busy whether it lives.
    return routes.isLight(asked.body) ? routes.storage(asked) : inPlace(asked, routes.storage);
  };

  const inPlace = async (asked: Asked, call: HttpRoutes['storage']): Promise<HttpReply> => {
    const leave = freshCalls.enter(asked.from);
    if (leave === undefined) return overloaded();
    try {
      return await call({ ...asked, waits: leave });
    } finally {
      leave();
    }
  };

  /**
   * Over HTTP/1.1 whoever has read a refusal and asks again had no reason not to wait. Over HTTP/2 more may have been
   * on its way by then.
   */
  const refuse = async (request: NodeRequest, reply: HttpReply, gone: Leaving): Promise<HttpReply> =>
    isHttp2(request) || reply.noRoom !== true
      ? comeAgain(reply)
      : comeAgain(reply, await told.next(request.socket, gone));

  const dispatch = async (path: string, request: NodeRequest, asked: Asked): Promise<HttpReply> => {
    if (path === ONION_PATH) return onion(asked);
    if (path === STORAGE_PATH) return storage(asked);
    if (path === SEED_PATH) return inPlace(asked, routes.seed);
    const session = sessionOf(request);
    const linked = session === undefined ? undefined : routes.link(path, asked, session);
    return linked ?? notFound(request, path);
  };

  /** What answers frames, as far as it does not matter whose they are. */
  const doorFor = (
    owner: string | undefined,
    came: FrameDoor['came'],
    answerOne: (...asked: Parameters<FrameDoor['answer']>) => Promise<HttpReply>,
  ): Omit<FrameDoor, 'most'> => ({
    came,
    open: () => budget.open(owner),
    refuse: (status) => (status === 503 ? overloaded() : textReply(status, WORDS[status])),
    answer: (kind, asked): Promise<FrameReply> =>
      safely(asked.signal, async () => {
        if (draining) return textReply(503, 'Service node is not ready: shutting down');
        const reply = await answerOne(kind, asked);
        return asked.hold(reply.body.length) ? reply : overloaded();
      }),
  });

  /** A link's stream: each message is a request to the path that it stands for. */
  const acceptLink = (request: Http2ServerRequest, session: Http2Session, came: FrameDoor['came']): void => {
    const door = doorFor(
      undefined,
      came,
      async (kind, asked) =>
        (await routes.link(pathOfKind(kind), asked, session)) ?? textReply(404, 'not found'),
    );
    frames.accept(request, { ...door, most: MAX_LINK_REQUESTS });
  };

  /** A client's stream: what it asks is bounded as if each message were a request of its own. */
  const acceptClient = (
    request: Http2ServerRequest,
    session: Http2Session,
    came: FrameDoor['came'],
  ): void => {
    const address = addressOf(request.socket);
    const door = doorFor(address, came, async (kind, asked) => {
      const path = kind === FRAME.onion ? ONION_PATH : STORAGE_PATH;
      if (limited.get(path)?.take(address, now()).outcome === 'empty') return tooMany();
      if (!places.take(clientAt(address))) return overloaded();
      framesUnderWay += 1;
      try {
        return kind === FRAME.onion ? await onion(asked) : await storage(asked);
      } finally {
        framesUnderWay -= 1;
        places.giveBack(address);
      }
    });
    framed.add(session);
    frames.accept(request, { ...door, most: MAX_CLIENT_REQUESTS }, () => framed.delete(session));
  };

  /** Whether it opened a stream of frames, which is no request to be answered and done with. */
  const tookFrames = (request: NodeRequest, trusted: boolean, came: FrameDoor['came']): boolean => {
    const session = sessionOf(request);
    if (session === undefined || !isHttp2(request) || request.method !== 'POST') return false;
    if (trusted && request.url === LINK_PATH.frames) acceptLink(request, session, came);
    else if (request.url !== CLIENT_FRAMES_PATH) return false;
    // At once: what would be waited for is no body.
    else if (draining || framed.has(session)) refuseStream(request, draining ? 503 : 409);
    else acceptClient(request, session, came);
    return true;
  };

  return {
    get draining() {
      return draining;
    },
    get underWay() {
      return underWay.size + framesUnderWay;
    },
    request: (request, response, came) => {
      // Whoever goes away while we write or read needs no answer, and is told of by 'close' as well.
      response.on('error', () => undefined);
      const session = sessionOf(request);
      const trusted = session !== undefined && routes.isLink(session);
      if (tookFrames(request, trusted, came)) return;
      const { left, forget } = leaving(request, response);
      const address = addressOf(request.socket);
      if (!trusted && !places.take(clientAt(address))) {
        events.count('overloaded');
        // Without a body, which would wait in memory for whoever reads none.
        respond(request, response, comeAgain(textReply(503, '')), left)
          .catch(() => response.destroy())
          .finally(forget);
        return;
      }
      const share = budget.open(trusted ? undefined : address);
      const gone = new LeaveSignal();
      let answered = false;
      void left.then(() => {
        // Each answer is followed by it too, and to abort makes an error with its stack.
        if (!answered) gone.abort();
      });
      const served = safely(gone, () => answer(request, { signal: gone, share, came }))
        .then((reply) => {
          if (!isRefusal(reply)) return reply;
          if (reply.noRoom === true) share.release();
          return refuse(request, reply, gone);
        })
        .then((reply) => {
          if (gone.aborted) return undefined;
          answered = true;
          return respond(request, response, reply, left);
        })
        .catch((error: unknown) => {
          // Only sending is left to fail, and whoever it was sent to has gone.
          if (!gone.aborted) events.failed(error);
          response.destroy();
        })
        .finally(() => {
          forget();
          share.release();
          if (!trusted) places.giveBack(address);
          underWay.delete(served);
        });
      underWay.add(served);
    },
    forgetAddresses: () => {
      for (const buckets of limited.values()) buckets.forgetFull(now());
    },
    drain: async () => {
      draining = true;
      told.endAll();
      await Promise.all([...underWay, frames.settled()]);
      frames.end();
      lag.close();
    },
  };
}

const STATS = JSON.stringify({ version: PROTOCOL_VERSION.join('.') });

/** By which clients of long ago asked to be told of mail. */
const LONG_POLL = 'x-loki-long-poll';

/** As the original network says it (oxenss/server/https.cpp), but for what it has no words for. */
const WORDS = {
  408: 'the request took too long',
  410: 'long polling is no longer supported, client upgrade required',
  413: 'Request body too large',
  429: 'Too Many Requests\n',
  503: 'Service node is not ready: too much to do',
} as const;

function notFound({ method = '' }: NodeRequest, path: string): HttpReply {
  return textReply(404, `${method.toLowerCase()} ${path} Not Found`);
}

function refuseStream({ stream }: Http2ServerRequest, status: 409 | 503): void {
  stream.respond({ ':status': status }, { endStream: true });
  stream.close();
}

function isRefusal({ status }: HttpReply): boolean {
  return status === 429 || status === 503;
}

/** A refusal that says after how many seconds. */
function comeAgain(reply: HttpReply, seconds = randomInt(1, RETRY_WITHIN + 1)): HttpReply {
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(seconds) } };
}

function sessionOf(request: NodeRequest): Http2Session | undefined {
  return isHttp2(request) ? request.stream.session : undefined;
}

function isGone(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR';
}
