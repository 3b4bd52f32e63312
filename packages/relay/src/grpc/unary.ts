import type { Bytes } from '@sotto/bytes';
import {
  type ChatMethod,
  type ChatSchema,
  chatMethodPath,
  type Decoded,
  decodeChatMessage,
  type Encodable,
  encodeChatMessage,
  formatJson,
  type GrpcRefusal,
  parseJson,
} from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import type { Caller, Reply } from '../http/call.ts';
import { answer, isRouted, refuseWhenFull } from '../http/router.ts';
import { holdsLogin } from '../store/accounts.ts';
import { NO_SUCH_CALL, NOT_ALLOWED, NOT_LOGGED_IN, refusalOf } from './refusals.ts';

/** A request to one of the relay's routes. The caller stays who it is, as on a socket. */
export interface Asked {
  readonly verb: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or bytes as they are. */
  readonly body?: object | Bytes;
}

/** What has no route of its own. */
export type Direct = (by: ByDevice) => Promise<Reply>;

/** One method of the chat API. */
export interface GrpcMethod {
  readonly path: string;
  /** Others are refused: an anonymous call must not be joined to an account. */
  readonly who: 'device' | 'anonymous';
  /** Throws ProtocolError for a message that makes no sense. */
  answer(context: RelayContext, message: Bytes, by: CalledBy): Promise<GrpcAnswer>;
}

/** As `Call` and `RawCall` have it. */
export interface CalledBy {
  /** There if devices call. */
  readonly caller?: Caller;
  /** The address it came from. */
  readonly from: string;
  readonly waits: () => void;
}

export type GrpcAnswer =
  | { readonly outcome: 'answered'; readonly message: Bytes }
  | { readonly outcome: 'refused'; readonly refusal: GrpcRefusal };

/** What the statuses mean that a client of this method knows; `ok` is each from 200 to 299. */
interface Say<Request extends ChatSchema, Response extends ChatSchema, By> {
  readonly ok: Answer<Request, Response, By>;
  readonly [status: number]: Answer<Request, Response, By>;
}

type Answer<Request extends ChatSchema, Response extends ChatSchema, By> = (
  reply: Reply,
  request: Decoded<Request>,
  by: By,
) => Encodable<Response> | Promise<Encodable<Response>>;

interface ByAnybody extends CalledBy {
  readonly context: RelayContext;
}
interface ByDevice extends ByAnybody {
  readonly caller: Caller;
}

/** A method for devices: `ask` is the same call as a request to the relay, and throws ProtocolError. */
export function forDevices<Request extends ChatSchema, Response extends ChatSchema>(
  method: ChatMethod<Request, Response>,
  ask: (request: Decoded<Request>, caller: Caller) => Asked | Direct,
  say: Say<Request, Response, ByDevice>,
): GrpcMethod {
  return {
    path: chatMethodPath(method),
    who: 'device',
    answer: async (context, message, calledBy) => {
      // The door has let nobody else in.
      const by = { ...calledBy, context, caller: calledBy.caller as Caller };
      const request = decodeChatMessage(method.input, message);
      const asked = ask(request, by.caller);
      const reply = typeof asked === 'function' ? await askDirectly(by, asked) : await askRoute(by, asked);
      return sayOf(method, say, { reply, request, by });
    },
  };
}

/** The same for a method that nobody may call as somebody. */
export function forAnonymous<Request extends ChatSchema, Response extends ChatSchema>(
  method: ChatMethod<Request, Response>,
  ask: (request: Decoded<Request>) => Asked,
  say: Say<Request, Response, ByAnybody>,
): GrpcMethod {
  return {
    path: chatMethodPath(method),
    who: 'anonymous',
    answer: async (context, message, { from, waits }) => {
      const by = { context, from, waits };
      const request = decodeChatMessage(method.input, message);
      const reply = await askRoute(by, ask(request));
      return sayOf(method, say, { reply, request, by });
    },
  };
}

/** A request to the relay's own routes, by whoever calls. Undefined when there is no such route. */
export async function askRoute(
  { context, caller, from, waits }: ByAnybody,
  { verb, path, headers = {}, body = new Uint8Array(0) }: Asked,
): Promise<Reply | undefined> {
  if (!isRouted(verb, path)) return undefined;
  return answer(context, {
    verb,
    path,
    headers: new Map(Object.entries(headers)),
    body: body instanceof Uint8Array ? body : formatJson(body),
    socket: caller ?? 'anonymous',
    from,
    waits,
  });
}

/** All of them write something. */
async function askDirectly(by: ByDevice, ask: Direct): Promise<Reply> {
  return refuseWhenFull(by.context) ?? ask(by);
}

async function sayOf<Request extends ChatSchema, Response extends ChatSchema, By extends ByAnybody>(
  { output }: ChatMethod<Request, Response>,
  say: Say<Request, Response, By>,
  { reply, request, by }: { reply: Reply | undefined; request: Decoded<Request>; by: By },
): Promise<GrpcAnswer> {
  if (reply === undefined) return { outcome: 'refused', refusal: NO_SUCH_CALL };
  const known = say[reply.status] ?? (reply.status >= 200 && reply.status < 300 ? say.ok : undefined);
  if (known === undefined) return { outcome: 'refused', refusal: await whyRefused(by, reply) };
  return { outcome: 'answered', message: encodeChatMessage(output, await known(reply, request, by)) };
}

/** A device that may not do something, and is told 401, is one all the same: its client would take it for removed. */
async function whyRefused({ context, caller }: ByAnybody, reply: Reply): Promise<GrpcRefusal> {
  const refusal = refusalOf(reply);
  if (refusal !== NOT_LOGGED_IN || caller === undefined) return refusal;
  return (await context.store.read(() => holdsLogin(caller))) ? NOT_ALLOWED : refusal;
}

/** What a call of ours has just written, which needs no second judgement. */
export function jsonOf({ body = new Uint8Array(0) }: Reply): unknown {
  return parseJson(body);
}

/** Of answers that are one of several, this one. */
export function one<Case extends string, Value>(outcome: Case, value: Value) {
  return { response: { case: outcome, value } };
}

/** The same where it says all. */
export function only<Case extends string>(outcome: Case) {
  return () => one(outcome, {});
}
