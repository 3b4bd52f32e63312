import { describe, expect, it } from 'vitest';
import type { DialOutcome } from './dial-link.ts';
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

const request = { path: '/', body: new Uint8Array(), timeout: 1_000, maxReply: 10 };
const unreachable: DialOutcome = { outcome: 'failed', why: 'unreachable' };

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!condition()) {
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
