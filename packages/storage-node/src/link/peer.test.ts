import { type ClientHttp2Session, connect, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { AnsweredFrames, FRAME } from '@sotto/frames';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_LINK_REQUESTS, RESERVED_REQUESTS } from '../constants.ts';
import type { DialOutcome } from './dial-link.ts';
import { LINK_PATH } from './paths.ts';
import { Peer } from './peer.ts';

/** A peer whose dials end when the test says so. */
function peerToNowhere(): { peer: Peer; dials: ((outcome: DialOutcome) => void)[] } {
  const dials: ((outcome: DialOutcome) => void)[] = [];
  const peer = new Peer({
    dial: () => new Promise((resolve) => dials.push(resolve)),
    opened: () => undefined,
    lost: () => undefined,
    now: () => Date.now(),
  });
  return { peer, dials };
}

const ok = { status: 200, body: Buffer.from('ok') };

const request = { path: '/', body: new Uint8Array(), timeout: 1_000, maxReply: 10 };
const unreachable: DialOutcome = { outcome: 'failed', why: 'unreachable' };

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('not in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('a node that takes no connection', () => {
  it('holds up those who came first, together, and nobody after them, while it is dialled again', async () => {
    const { peer, dials } = peerToNowhere();
    const first = [peer.post(request), peer.post(request)];
    await until(() => dials.length > 0);
    expect(dials).toHaveLength(1);
    dials[0]?.(unreachable);
    expect(await Promise.all(first)).toEqual([{ outcome: 'down' }, { outcome: 'down' }]);
    await until(() => dials.length === 2);
    // The second dial is under way, and this does not wait for it.
    expect(await peer.post(request)).toEqual({ outcome: 'down' });
    peer.close();
  });

  it('is waited for a little by a request with patience, and asked again when it had refused', async () => {
    const { peer, dials } = peerToNowhere();
    const first = peer.post(request);
    await until(() => dials.length === 1);
    dials[0]?.(unreachable);
    await first;
    const began = performance.now();
    const patient = peer.post({ ...request, patience: 400 });
    await until(() => dials.length === 2);
    dials[1]?.(unreachable);
    await until(() => dials.length === 3);
    dials[2]?.(unreachable);
    expect(await patient).toEqual({ outcome: 'down' });
    expect(performance.now() - began).toBeGreaterThan(390);
    peer.close();
  });

  it('is dialled at once when it is heard of, and not again when it is closed', async () => {
    const { peer, dials } = peerToNowhere();
    const first = peer.post(request);
    await until(() => dials.length === 1);
    dials[0]?.(unreachable);
    await first;
    peer.cameBack();
    await until(() => dials.length === 2);
    peer.close();
    dials[1]?.(unreachable);
    expect(await peer.post(request)).toEqual({ outcome: 'down' });
    expect(dials).toHaveLength(2);
  });

  it('is dialled unasked when it is kept', async () => {
    const { peer, dials } = peerToNowhere();
    peer.keep(true);
    await until(() => dials.length === 1);
    dials[0]?.(unreachable);
    await until(() => dials.length === 2);
    peer.close();
  });
});

describe('a link that many share', () => {
  const slow = { path: LINK_PATH.onion, body: new Uint8Array(), timeout: 20_000, maxReply: 10 };
  const fast = { ...slow, path: LINK_PATH.storage };
  let waiting = 0;
  const server = createServer();
  server.on('session', (session) => session.on('error', () => undefined));
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200 });
    const limits = { requests: MAX_LINK_REQUESTS, bytes: 2 ** 20, bodyTimeout: 30_000, readTimeout: 60_000 };
    new AnsweredFrames(stream, limits, {
      answer: (kind, _, { signal }) =>
        kind === FRAME.storage
          ? Promise.resolve(ok)
          : new Promise((resolve) => {
              waiting += 1;
              signal.addEventListener('abort', () => {
                waiting -= 1;
                resolve(ok);
              });
            }),
      open: () => ({ take: () => true, release: () => undefined }),
      refuse: (status) => ({ status, body: new Uint8Array() }),
      came: () => undefined,
    });
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.close();
  });

  function linked(): { readonly peer: Peer; readonly lost: () => number } {
    let lost = 0;
    const dial = async (): Promise<DialOutcome> => {
      const session: ClientHttp2Session = connect(
        `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      );
      session.on('error', () => undefined);
      await new Promise((resolve) => session.once('remoteSettings', resolve));
      return { outcome: 'open', session };
    };
    const peer = new Peer({
      dial,
      opened: () => undefined,
      lost: () => {
        lost += 1;
      },
      now: () => Date.now(),
    });
    return { peer, lost: () => lost };
  }

  it('outlives any number of askers that leave', async () => {
    const { peer, lost } = linked();
    for (let round = 0; round < 3; round++) {
      const leaving = new AbortController();
      const asked = Array.from({ length: 450 }, () =>
        peer.post({ ...slow, yields: true, signal: leaving.signal }),
      );
      await until(() => waiting >= 450);
      leaving.abort();
      for (const { outcome } of await Promise.all(asked)) expect(['aborted', 'busy']).toContain(outcome);
      if (round === 0) await until(() => waiting === 0);
    }
    expect(await peer.post(fast)).toMatchObject({ outcome: 'answered', status: 200 });
    expect(lost()).toBe(0);
    peer.cut();
    await until(() => waiting === 0);
  });

  it('takes no answer for which the node has no room', async () => {
    const { peer } = linked();
    expect(await peer.post({ ...fast, hold: () => false })).toEqual({ outcome: 'busy' });
    expect(await peer.post(fast)).toMatchObject({ outcome: 'answered' });
    peer.cut();
  });

  it('tells a node that is silent from one that is not there, and passes on what that does not concern', async () => {
    const { peer } = linked();
    expect(await peer.post(fast)).toMatchObject({ outcome: 'answered' });
    peer.suspect();
    expect(await peer.post({ ...fast, yields: true })).toEqual({ outcome: 'silent' });
    // The ping is answered, so it lives; what members forward waits until its disk may be well again.
    await until(async () => (await peer.post({ ...fast, yields: true })).outcome === 'answered');
    peer.suspect();
    peer.suspect();
    expect(await peer.post(fast)).toEqual({ outcome: 'silent' });
    peer.cut();
  });

  it('has room for the members when requests that give way fill it', async () => {
    const { peer } = linked();
    const most = MAX_LINK_REQUESTS - RESERVED_REQUESTS;
    const asked = Array.from({ length: most + 1 }, () => peer.post({ ...slow, yields: true }));
    await until(() => waiting === most);
    expect(await peer.post(fast)).toMatchObject({ outcome: 'answered' });
    expect(await asked.at(-1)).toEqual({ outcome: 'busy' });
    peer.cut();
    await Promise.all(asked);
  });
});
