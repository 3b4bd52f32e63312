import type { Bytes } from '@sotto/bytes';
import type { RoadDistrust } from '@sotto/client';
import { HEADER, type Headers, ProtocolError, parseJson } from '@sotto/protocol';
import { DEFAULT_RETRY_AFTER, MAX_RETRY_AFTER, MIN_RETRY_AFTER } from './limits.ts';

/** What became of a request. */
export type Reply =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** Milliseconds; meaningful for 429 and 5xx. */
      readonly retryAfter: number;
      /** Milliseconds since 1970, where the server told its clock. */
      readonly time?: number;
      readonly body: Bytes;
    }
  /** `distrust`: there is a server, and it was not asked. */
  | { readonly outcome: 'unanswered'; readonly distrust?: RoadDistrust };

export type Answer = Extract<Reply, { outcome: 'answered' }>;

/** No answer, as the port says it to those who can tell the user why. */
export function unreachable(reply: Extract<Reply, { outcome: 'unanswered' }>): {
  readonly outcome: 'unreachable';
  readonly reason?: RoadDistrust;
} {
  return { outcome: 'unreachable', ...(reply.distrust === undefined ? {} : { reason: reply.distrust }) };
}

/** Put together what a response frame says. */
export function replyOf(status: number, headers: Headers, body: Bytes): Answer {
  const seconds = headers.get(HEADER.retryAfter);
  const retryAfter = retryAfterOf(seconds && Number(seconds) * 1000);
  const time = timeOf(headers.get(HEADER.timestamp));
  return { outcome: 'answered', status, retryAfter, ...(time === undefined ? {} : { time }), body };
}

function timeOf(said: string | undefined): number | undefined {
  if (said === undefined || !/^[0-9]{1,15}$/.test(said)) return undefined;
  return Number(said);
}

/** An answer that the relay would have given, given without asking it. */
export function refusedHere(status: number): Answer {
  return { outcome: 'answered', status, retryAfter: DEFAULT_RETRY_AFTER, body: new Uint8Array(0) };
}

/** Bound what a relay asks for; what is no number counts as not said. */
export function retryAfterOf(milliseconds: unknown): number {
  if (typeof milliseconds !== 'number' || !Number.isFinite(milliseconds)) return DEFAULT_RETRY_AFTER;
  return Math.min(Math.max(milliseconds, MIN_RETRY_AFTER), MAX_RETRY_AFTER);
}

/** Whether the relay asks to come again later: too many, or trouble of its own. 508 means never again. */
export function isBusy(status: number): boolean {
  return status === 429 || (status >= 500 && status < 600 && status !== 508);
}

/** Read a JSON body, or `undefined` when it is not what was promised. */
export function readBody<Body>(answer: Answer, parse: (value: unknown) => Body): Body | undefined {
  try {
    return parse(parseJson(answer.body));
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
