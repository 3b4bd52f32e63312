import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { GOODBYE } from '../constants.ts';

/** The requests of each session whose answers are not on their way yet. */
const unanswered = new WeakMap<Http2Session, Set<ServerHttp2Stream>>();

export function noteUnanswered(stream: ServerHttp2Stream): void {
  const { session } = stream;
  if (session === undefined) return;
  const streams = unanswered.get(session) ?? new Set();
  unanswered.set(session, streams.add(stream));
  stream.once('close', () => streams.delete(stream));
}

/**
 * Do something when all that a session has asked for is answered, or in a moment: a client that is said goodbye by its
 * chat socket hears no answer any more, not even that its account is deleted as it wished.
 */
export function afterAnswers(session: Http2Session, then: () => void): void {
  const streams = unanswered.get(session) ?? new Set();
  if (streams.size === 0) {
    then();
    return;
  }
  const done = (): void => {
    clearTimeout(timer);
    for (const stream of streams) stream.off('close', closed);
    then();
  };
  const closed = (): void => {
    if (streams.size === 0) done();
  };
  const timer = setTimeout(done, GOODBYE).unref();
  for (const stream of streams) stream.once('close', closed);
}
