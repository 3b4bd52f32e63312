import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { GOODBYE } from '../constants.ts';

/**
 * An answer is owed for so long after it was given, milliseconds: on one connection an answer and a goodbye arrive
 * together, and a client may take the second first.
 */
const A_MOMENT = 200;

interface Owed {
  /** Requests that are not answered, or were a moment ago. */
  readonly streams: Set<ServerHttp2Stream>;
  readonly waiting: Set<() => void>;
}

const owedTo = new WeakMap<Http2Session, Owed>();

export function noteUnanswered(stream: ServerHttp2Stream): void {
  const { session } = stream;
  if (session === undefined) return;
  const owed = owedTo.get(session) ?? { streams: new Set(), waiting: new Set() };
  owedTo.set(session, owed);
  owed.streams.add(stream);
  stream.once('close', () => {
    setTimeout(() => {
      owed.streams.delete(stream);
      if (owed.streams.size === 0) for (const done of owed.waiting) done();
    }, A_MOMENT).unref();
  });
}

/**
 * Do something when all that a session has asked for is answered, or in a moment: a client that is said goodbye by its
 * chat socket hears no answer any more, not even that its account is deleted as it wished.
 */
export function afterAnswers(session: Http2Session, then: () => void): void {
  const owed = owedTo.get(session);
  if (owed === undefined || owed.streams.size === 0) {
    then();
    return;
  }
  const done = (): void => {
    clearTimeout(timer);
    owed.waiting.delete(done);
    then();
  };
  const timer = setTimeout(done, GOODBYE).unref();
  owed.waiting.add(done);
}
