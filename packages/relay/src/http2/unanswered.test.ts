import { EventEmitter } from 'node:events';
import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { afterAnswers, noteUnanswered } from './unanswered.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const session = (): Http2Session => ({}) as Http2Session;

/** A request of a session, of which all that matters here is when it is over. */
function asked(of: Http2Session): EventEmitter {
  const stream = Object.assign(new EventEmitter(), { session: of });
  noteUnanswered(stream as unknown as ServerHttp2Stream);
  return stream;
}

it('says goodbye at once to whom nothing is owed', () => {
  const one = session();
  const goodbye = vi.fn();
  asked(session());
  afterAnswers(one, goodbye);
  expect(goodbye).toHaveBeenCalledOnce();
  asked(one).emit('close');
  vi.advanceTimersByTime(200);
  afterAnswers(one, goodbye);
  expect(goodbye).toHaveBeenCalledTimes(2);
});

it('says it a moment after the last answer, and once', () => {
  const one = session();
  const goodbye = vi.fn();
  const requests = [asked(one), asked(one)];
  afterAnswers(one, goodbye);
  requests[0]?.emit('close');
  expect(goodbye).not.toHaveBeenCalled();
  requests[1]?.emit('close');
  vi.advanceTimersByTime(199);
  expect(goodbye).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(goodbye).toHaveBeenCalledOnce();
});

it('says it a moment after an answer that is given already', () => {
  const one = session();
  const goodbye = vi.fn();
  asked(one).emit('close');
  afterAnswers(one, goodbye);
  expect(goodbye).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(goodbye).toHaveBeenCalledOnce();
});

it('does not wait for ever, and still says it once', () => {
  const one = session();
  const goodbye = vi.fn();
  const request = asked(one);
  afterAnswers(one, goodbye);
  vi.advanceTimersByTime(999);
  expect(goodbye).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  request.emit('close');
  expect(goodbye).toHaveBeenCalledOnce();
});
