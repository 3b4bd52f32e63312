import { PassThrough } from 'node:stream';
import { ByteBudget } from '@sotto/limits';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BODY_TIMEOUT } from '../constants.ts';
import { readBody } from './read-body.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const share = () => new ByteBudget({ total: 1_000, ofStrangers: 1_000, ofOne: 1_000 }).open('127.0.0.1');

it('reads a body that comes in parts', async () => {
  const request = new PassThrough();
  const read = readBody(request, 100, share());
  request.write('ab');
  await vi.advanceTimersByTimeAsync(BODY_TIMEOUT - 1);
  request.end('cd');
  expect(Buffer.from((await read) as Uint8Array).toString()).toBe('abcd');
  expect(vi.getTimerCount()).toBe(0);
});

it('gives up on one that comes a byte at a time for ever, and leaves the connection to the answer', async () => {
  const request = new PassThrough();
  const answered = vi.fn();
  void readBody(request, 1_000_000, share()).then(answered);
  const drip = setInterval(() => request.write('a'), 1_000);
  await vi.advanceTimersByTimeAsync(BODY_TIMEOUT);
  clearInterval(drip);
  expect(answered).toHaveBeenCalledWith(expect.objectContaining({ status: 408 }));
  expect(request.destroyed).toBe(false);
});

it('rejects when the other side hangs up', async () => {
  const request = new PassThrough();
  const read = expect(readBody(request, 100, share())).rejects.toThrowError('reset');
  request.destroy(new Error('reset'));
  await read;
});
