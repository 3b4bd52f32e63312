import {
  attackApp,
  attackDialler,
  attackNode,
  attackNodeHttp2,
  attackRelay,
  attackRelayHttp2,
} from './attack/attack-servers.ts';
import { idleSockets } from './crowding/idle-sockets.ts';
import { judgeBeside, judgeIdle, judgeNeverReading, judgePolls } from './crowding/judge-crowding.ts';
import { longPolls } from './crowding/long-polls.ts';
import { neverReading } from './crowding/never-reading.ts';
import type { Finding } from './finding.ts';
import { judgeLosses } from './losses/judge-losses.ts';
import { ALL_LOSSES, ALL_STORES, loseDisks, loseMembers } from './losses/lose-members.ts';
import { DURABLE } from './losses/verdict.ts';
import { runHere, runProcess } from './nodes/run-node.ts';
import { judgeSpeed, judgeWords } from './overload/judge-overload.ts';
import { type OverloadTerms, overload } from './overload/overload.ts';
import type { Target } from './overload/target.ts';
import { nodeTarget, onionTarget, relayTarget } from './overload/targets.ts';
import { startRelayProcess } from './relay/start.ts';

export interface Terms {
  /** Seconds of each overload. */
  readonly seconds: number;
  readonly factor: number;
  /** Idle connections. */
  readonly idle: number;
  say(text: string): void;
}

export type Experiment = (terms: Terms) => Promise<readonly Finding[]>;

/** Every time-out of a server's that somebody can wait for. Milliseconds. */
const LONGEST = 15_000;
/** … and of a node's for an answer that is not read. */
const UNREAD = 65_000;
const CALM = { milliseconds: 5_000, rate: 40 } as const;
/** Of a peak, and of the way back to it: milliseconds. */
const MEASURED = { peak: 3_000, recovery: 20_000 } as const;
const STAMPS_EACH = 200;
/** Onion requests that each client has ready; further ones are built when they are due. */
const STOCK_EACH = 18;
const RELAY_CROWD = { clients: 200, tells: true } as const;
const NODE_CROWD = { clients: 1_500, tells: true, admitted: 300 } as const;

/** Every experiment by its name, in the order in which they are made. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  'relay-overload': (terms) =>
    overloaded(() => relayTarget(STAMPS_EACH), terms, { ...RELAY_CROWD, heeds: true }),
  'relay-deaf': (terms) =>
    overloaded(() => relayTarget(STAMPS_EACH), terms, { ...RELAY_CROWD, heeds: false }),
  'node-overload': (terms) => overloaded(nodeTarget, terms, { ...NODE_CROWD, heeds: true }),
  'onion-overload': (terms) =>
    overloaded(() => onionTarget(STOCK_EACH), terms, { ...NODE_CROWD, heeds: true }),
  'onion-deaf': (terms) => overloaded(() => onionTarget(STOCK_EACH), terms, { ...NODE_CROWD, heeds: false }),
  'relay-attack': () => attackRelay(LONGEST),
  'relay-http2-attack': () => attackRelayHttp2(LONGEST, UNREAD),
  'node-attack': () => attackNode(LONGEST),
  'node-http2-attack': () => attackNodeHttp2(LONGEST, UNREAD),
  'link-attack': () => attackDialler(LONGEST),
  'app-attack': () => attackApp(LONGEST),
  'idle-sockets': async ({ idle }) => {
    const target = await relayTarget(0);
    try {
      const measured = await idleSockets(target, idle, CALM);
      return [...judgeIdle(measured, idle), ...judgeBeside('idle sockets', measured)];
    } finally {
      await target.close();
    }
  },
  'long-polls': async ({ idle }) => {
    const target = await nodeTarget();
    try {
      const measured = await longPolls(target, idle, CALM);
      return [...judgePolls(measured, idle), ...judgeBeside('long polls', measured)];
    } finally {
      await target.close();
    }
  },
  'never-reading': async () => {
    const relay = await startRelayProcess('127.78.0.1', 40, { waiting: 150 });
    try {
      return judgeNeverReading(await neverReading(relay, 3 * LONGEST), LONGEST);
    } finally {
      relay.close();
    }
  },
  losses: async ({ say }) => {
    const stored = ALL_STORES;
    const progress = (done: number, of: number): void => say(`${done} of ${of} losses`);
    const members = await loseMembers({ run: runHere, stored, lost: ALL_LOSSES, progress });
    const five = stored.filter((up) => up.length === DURABLE);
    const disks = await loseDisks({ run: runProcess, stored: five, lost: ALL_LOSSES, progress });
    return [...judgeLosses('members gone', members), ...judgeLosses('processes killed, disks lost', disks)];
  },
};

async function overloaded(
  start: () => Promise<Target>,
  { seconds, factor }: Terms,
  crowd: Pick<OverloadTerms, 'clients' | 'tells' | 'admitted' | 'heeds'>,
): Promise<readonly Finding[]> {
  const target = await start();
  try {
    const result = await overload(target, { ...crowd, factor, overload: seconds * 1000, ...MEASURED });
    return [...judgeWords(result), ...judgeSpeed(result)];
  } finally {
    await target.close();
  }
}
