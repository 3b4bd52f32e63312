import { describe, expect, it } from 'vitest';
import {
  attackApp,
  attackDialler,
  attackNode,
  attackNodeHttp2,
  attackRelay,
  attackRelayHttp2,
} from '../src/attack/attack-servers.ts';
import { judgeNeverReading } from '../src/crowding/judge-crowding.ts';
import { neverReading } from '../src/crowding/never-reading.ts';
import type { Finding } from '../src/finding.ts';
import { judgeWords } from '../src/overload/judge-overload.ts';
import { type OverloadTerms, overload } from '../src/overload/overload.ts';
import type { Target } from '../src/overload/target.ts';
import { nodeTarget, onionTarget, relayTarget } from '../src/overload/targets.ts';
import { startRelayProcess } from '../src/relay/start.ts';

/** Long enough to be far beyond what is answered at once; how fast that is, is told by the long run only. */
const SHORT = { factor: 10, overload: 1_500, peak: 400, recovery: 0 } as const;

/** Three times what servers wait, since the machine may be busy: the long run is exact. Milliseconds. */
const LONG = 40_000;

const missed = (findings: readonly Finding[]) =>
  findings.filter(({ good }) => !good).map(({ about, what, measured }) => `${about}: ${what}: ${measured}`);

async function overloaded(
  start: () => Promise<Target>,
  crowd: Pick<OverloadTerms, 'clients' | 'tells' | 'admitted' | 'heeds'>,
) {
  const target = await start();
  try {
    return missed(judgeWords(await overload(target, { ...SHORT, ...crowd })));
  } finally {
    await target.close();
  }
}

describe('ten times the peak load', () => {
  it('is refused in words by a relay, which loses nothing that it has acknowledged', async () => {
    expect(await overloaded(() => relayTarget(20), { clients: 60, tells: true, heeds: true })).toEqual([]);
  });

  it('is refused in words by a relay also when nobody listens to them', async () => {
    expect(await overloaded(() => relayTarget(20), { clients: 60, tells: true, heeds: false })).toEqual([]);
  });

  it('is refused or held back by a storage node, which has all that it has acknowledged', async () => {
    expect(await overloaded(nodeTarget, { clients: 300, tells: false, heeds: true })).toEqual([]);
  });

  it('of onion requests is refused or held back by the nodes of a path, which lose nothing', async () => {
    expect(
      await overloaded(() => onionTarget(2), { clients: 200, tells: false, admitted: 100, heeds: true }),
    ).toEqual([]);
  });
});

describe('bombs and slow connections', () => {
  it('are ended in time and mostly in words by a relay, and others are answered meanwhile', async () => {
    expect(missed(await attackRelay(LONG))).toEqual([]);
  });

  it('are ended in time by a relay over HTTP/2, and others are answered meanwhile', async () => {
    expect(missed(await attackRelayHttp2(LONG))).toEqual([]);
  });

  it('are ended in time and mostly in words by a storage node, and others are answered meanwhile', async () => {
    expect(missed(await attackNode(LONG))).toEqual([]);
  });

  it('are ended in time by a storage node over HTTP/2, and others are answered meanwhile', async () => {
    expect(missed(await attackNodeHttp2(LONG))).toEqual([]);
  });

  it('are ended in time by a storage node that dials somebody else’s', async () => {
    expect(missed(await attackDialler(LONG, 3))).toEqual([]);
  });

  it('are ended in time by the app, on its page and on the socket of its local API', async () => {
    expect(missed(await attackApp(LONG))).toEqual([]);
  });

  it('that never read a full mailbox are hung up on', async () => {
    const relay = await startRelayProcess('127.78.0.2', 8, { waiting: 150 });
    try {
      expect(missed(judgeNeverReading(await neverReading(relay, LONG), LONG))).toEqual([]);
    } finally {
      relay.close();
    }
  });
});
