import type { Bytes } from '@sotto/bytes';
import { DatabaseError } from '@sotto/database';
import { HEADER, type Headers, MAX_PATH_BYTES, ProtocolError, STATUS } from '@sotto/protocol';
import { RETRY_WHEN_FULL_SECONDS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { authenticate } from './authenticate.ts';
import { busyReply, type Call, type Caller, type Reply, reply } from './call.ts';
import { ROUTES, type Route } from './routes.ts';

export interface RawCall {
  readonly verb: string;
  /** Path and query as they came. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Bytes;
  /** The address it came from, or what `fromAfar` makes of a last hop's. */
  readonly from: string;
  /** The device of an authenticated socket, what other sockets are; absent for plain HTTPS. */
  readonly socket?: Caller | 'anonymous' | 'provisioning';
  /** Gives its place among those that are being answered back, where it has one. */
  readonly waits?: () => void;
}

/**
 * Answer one call, from a socket or by plain HTTPS: the same routes, the same bodies. Never throws and
 * never rejects: malformed input is a status, and a failure of ours is 500 and an event.
 */
export async function answer(context: RelayContext, raw: RawCall): Promise<Reply> {
  try {
    return await route(context, raw);
  } catch (error) {
    return refusalFor(context, error);
  }
}

/** Nothing of it is on disk, or it is in doubt: whoever tries again does no harm, or has to. */
const WORTH_ANOTHER_TRY: ReadonlySet<string> = new Set(['not-committed', 'unreachable', 'unknown']);

/** Calls that leave something on the disk. What takes something away goes on. */
const STORES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** What whoever called is told of an error. */
export function refusalFor(context: RelayContext, error: unknown): Reply {
  if (error instanceof ProtocolError) return reply(statusOf(error));
  if (error instanceof DatabaseError && (error.code === 'overloaded' || error.code === 'closed')) {
    context.events.count('overloaded');
    return busyReply();
  }
  context.events.failed(error);
  return error instanceof DatabaseError && WORTH_ANOTHER_TRY.has(error.code) ? busyReply(503) : reply(500);
}

/** 400 for what cannot be parsed, 422 for what parses and is not what it should be (signal-service §1.7). */
function statusOf({ code }: ProtocolError): number {
  if (code === 'too-large') return STATUS.tooLarge;
  return code === 'bad-body' ? STATUS.unprocessable : 400;
}

async function route(context: RelayContext, raw: RawCall): Promise<Reply> {
  if (raw.path.length > MAX_PATH_BYTES) return reply(400);
  const { segments, query } = splitPath(raw.path);
  const matches = matchesOf(segments);
  if (matches.length === 0) return reply(404);
  const found = matches.find(({ candidate }) => candidate.verb === raw.verb);
  if (found === undefined) return reply(405);
  const refusal = STORES.has(raw.verb) ? refuseWhenFull(context) : undefined;
  if (refusal !== undefined) return refusal;

  const { candidate, parameters } = found;
  if (raw.socket === 'provisioning' && candidate.provisioning !== true) return reply(404);
  const { verb, headers, body, from, waits = () => undefined } = raw;
  const call: Call = { verb, parameters, query, headers, body, from, waits };
  if (candidate.who === 'newcomer') return candidate.handle(context, call);
  const caller = raw.socket === undefined ? await callerBy(context, headers) : callerOn(raw.socket);
  if (caller === 'refused') return reply(401);
  if (candidate.who === 'device') {
    return caller === undefined ? reply(401) : candidate.handle(context, { ...call, caller });
  }
  if (candidate.who === 'anonymous') {
    return caller === undefined ? candidate.handle(context, call) : reply(candidate.refusal);
  }
  return candidate.handle(context, caller === undefined ? call : { ...call, caller });
}

/** What a call is told that would leave something on a disk without room. */
export function refuseWhenFull({ disk, events }: RelayContext): Reply | undefined {
  if (!disk.full) return undefined;
  events.count('disk-refused');
  return busyReply(503, RETRY_WHEN_FULL_SECONDS * 1000);
}

/** Whether there is such a call, for those who would say something else than 404 or 405. */
export function isRouted(verb: string, path: string): boolean {
  return matchesOf(splitPath(path).segments).some(({ candidate }) => candidate.verb === verb);
}

/** The identity of a socket is its own; a header inside it changes nothing (signal-service §1.2). */
function callerOn(socket: Caller | 'anonymous' | 'provisioning'): Caller | undefined {
  return typeof socket === 'string' ? undefined : socket;
}

async function callerBy(context: RelayContext, headers: Headers): Promise<Caller | 'refused' | undefined> {
  const header = headers.get(HEADER.authorization);
  if (header === undefined) return undefined;
  return (await authenticate(context.store, header)) ?? 'refused';
}

function splitPath(path: string): { segments: readonly string[]; query: ReadonlyMap<string, string> } {
  const mark = path.indexOf('?');
  const bare = mark < 0 ? path : path.slice(0, mark);
  const query = mark < 0 ? NO_QUERY : new Map(new URLSearchParams(path.slice(mark + 1)));
  return {
    segments: bare
      .slice(0, bare.endsWith('/') ? -1 : undefined)
      .split('/')
      .slice(1),
    query,
  };
}

const NO_QUERY: ReadonlyMap<string, string> = new Map();

interface Pattern {
  readonly candidate: Route;
  readonly pattern: readonly string[];
}

/** Every route begins with two segments that are fixed: of those that begin alike there are few to look at. */
const PATTERNS = new Map<string, Pattern[]>();
for (const candidate of ROUTES) {
  const pattern = candidate.path.split('/').slice(1);
  const start = startOf(pattern);
  PATTERNS.set(start, [...(PATTERNS.get(start) ?? []), { candidate, pattern }]);
}

function startOf([version, noun]: readonly string[]): string {
  return `${version}/${noun}`;
}

interface Match {
  readonly candidate: Route;
  readonly parameters: readonly string[];
}

function matchesOf(segments: readonly string[]): readonly Match[] {
  return (PATTERNS.get(startOf(segments)) ?? []).flatMap(({ candidate, pattern }) => {
    const parameters = match(pattern, segments);
    return parameters === undefined ? [] : [{ candidate, parameters }];
  });
}

/** Segments of the fixed routes need no decoding: UUIDs, numbers and `*` stand as they are. */
function match(pattern: readonly string[], segments: readonly string[]): readonly string[] | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: string[] = [];
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] as string;
    if (part === '{}') parameters.push(segment);
    else if (part !== segment) return undefined;
  }
  return parameters;
}
