import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { checkClock } from './check-clock.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

/** A server whose clock is off by some milliseconds; `undefined` tells no time at all. */
function serverWithClock(off: number | undefined): Promise<{ readonly url: string }> {
  const started = createServer((_request, response) => {
    response.sendDate = false;
    if (off !== undefined) response.setHeader('Date', new Date(Date.now() + off).toUTCString());
    response.end();
  });
  server = started;
  return new Promise((resolve) => {
    started.listen(0, '127.0.0.1', () => {
      resolve({ url: `http://127.0.0.1:${(started.address() as AddressInfo).port}` });
    });
  });
}

describe('the clock', () => {
  it.each([
    [0, true, /^within \d s/],
    [-3_600_000, false, /^3\d{3} s ahead of/],
    [3_600_000, false, /^3\d{3} s behind/],
  ])('off by %i ms', async (off, ok, detail) => {
    const relay = await serverWithClock(off);
    expect(await checkClock(relay, { now: Date.now })).toMatchObject({
      ok,
      detail: expect.stringMatching(detail),
    });
  });

  it('is not judged without an answer or a time in it', async () => {
    expect(await checkClock(await serverWithClock(undefined), { now: Date.now })).toBeUndefined();
    expect(await checkClock({ url: 'http://127.0.0.1:1' }, { now: Date.now })).toBeUndefined();
  });
});
