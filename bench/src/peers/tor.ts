import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../load/settle.ts';
import type { RunningPeer } from './peer.ts';
import { freePort, runProgram, versionOf } from './run-program.ts';
import { type Authority, makeAuthority, makeFolder } from './tor-authority.ts';

/** How a relay chooses whose cells it writes next: as shipped, or the older one that does not wait. */
export type Scheduler = 'KIST' | 'Vanilla';

/** A Tor network of its own on loopback: three authorities that are relays too, six exits, one client. */
export interface TorNetwork {
  /** Of the client. */
  readonly socksPort: number;
  readonly controlPort: number;
  /** The nine relays; the client is not among them. */
  readonly relays: readonly number[];
  /** Change the way in which everybody schedules. It begins with the one that does not wait. */
  schedule(scheduler: Scheduler): Promise<void>;
  stop(): Promise<void>;
}

const [AUTHORITIES, EXITS] = [3, 6] as const;
/** Two votes, on a machine that has other things to do. */
const START_TIMEOUT = 120_000;
const RELOAD_TIMEOUT = 10_000;
const LOG = 'output.log';
/** Votes are quick here until all are listed, as in Tor's own test networks. */
const VOTES = ['V3Auth', 'TestingV3AuthInitial'].flatMap((when) => [
  `${when}VotingInterval 20`,
  `${when}VoteDelay 4`,
  `${when}DistDelay 4`,
]);

export function findTor(): string | undefined {
  const version = versionOf('tor', ['--version'], /version (\S+?)\.?\s/);
  return versionOf('tor-gencert', ['--help'], /(gencert)/) === undefined ? undefined : version;
}

export async function startTor(folder: string): Promise<TorNetwork> {
  const authorities: Authority[] = [];
  for (let made = 0; made < AUTHORITIES; made++) authorities.push(await makeAuthority(folder, made));
  const common = [
    ...[
      'TestingTorNetwork 1',
      'AssumeReachable 1',
      'PathsNeededToBuildCircuits 0.25',
      schedulersLine('Vanilla'),
      'Log notice stdout',
    ],
    ...authorities.map(({ line }) => line),
  ];
  const running: (RunningPeer & { readonly data: string })[] = [];
  const start = async (data: string, lines: readonly string[], ready: number): Promise<void> => {
    const torrc = join(data, 'torrc');
    appendFileSync(torrc, [...common, ...lines, ''].join('\n'));
    const one = await runProgram({
      command: 'tor',
      args: ['-f', torrc],
      folder: data,
      ready: () => said(data, new RegExp(`Bootstrapped ${ready}%`)),
      timeout: START_TIMEOUT,
    });
    running.push({ ...one, data });
  };
  const stop = async (): Promise<void> => void (await Promise.all(running.map((one) => one.stop())));
  try {
    // A relay comes up at once and joins with the next vote; the client is ready when it can make circuits.
    for (const { data } of authorities) await start(data, [...AUTHORITY, NO_CLIENT], 0);
    for (let made = 0; made < EXITS; made++) {
      const own = [`Nickname exit${made}`, `ORPort ${await freePort()}`];
      await start(makeFolder(folder, `exit${made}`), [...own, ...EXIT, NO_CLIENT], 0);
    }
    const relays = running.map(({ pid }) => pid);
    await allListed(authorities[0]?.data ?? '', relays.length);
    const [socksPort, controlPort] = [await freePort(), await freePort()];
    const ports = [`SocksPort ${socksPort}`, `ControlPort 127.0.0.1:${controlPort}`];
    await start(makeFolder(folder, 'client'), [...ports, ...CLIENT], 100);
    for (const one of running.slice(0, AUTHORITIES)) await reload(one, /VotingInterval \d+/g, SELDOM);
    return {
      socksPort,
      controlPort,
      relays,
      schedule: async (scheduler) => {
        for (const one of running) await reload(one, /^Schedulers .*$/m, schedulersLine(scheduler));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Change the configuration of one that runs. */
async function reload(
  { pid, data }: { readonly pid: number; readonly data: string },
  from: RegExp,
  to: string,
): Promise<void> {
  const torrc = join(data, 'torrc');
  writeFileSync(torrc, readFileSync(torrc, 'utf8').replace(from, to));
  const log = join(data, LOG);
  const reloads = (): number => readLog(log).split('Received reload signal').length;
  const before = reloads();
  process.kill(pid, 'SIGHUP');
  const end = Date.now() + RELOAD_TIMEOUT;
  while (reloads() === before) {
    if (Date.now() > end) throw new Error('Tor did not read its configuration again');
    await pause(20);
  }
}

function schedulersLine(scheduler: Scheduler): string {
  return `Schedulers ${scheduler}`;
}

const AUTHORITY: readonly string[] = [
  ...['AuthoritativeDirectory 1', 'V3AuthoritativeDirectory 1', 'ContactInfo bench@localhost.invalid'],
  ...[
    'TestingDirAuthVoteExit *',
    'TestingDirAuthVoteGuard *',
    'TestingMinExitFlagThreshold 0',
    'ExitPolicy reject *:*',
  ],
  ...VOTES,
];
/** When all are listed nothing new is to be agreed on, and a vote in the middle of a run is work that nobody asked for. */
const SELDOM = 'VotingInterval 1800';
const NO_CLIENT = 'SocksPort 0';
const EXIT: readonly string[] = [
  'Address 127.0.0.1',
  'ExitRelay 1',
  'ExitPolicy accept *:*',
  'ExitPolicyRejectPrivate 0',
];
/** So many circuits are made at once, else fifty would take a minute. */
const CLIENT: readonly string[] = ['ClientRejectInternalAddresses 0', 'MaxClientCircuitsPending 64'];

/** A client that came before all relays are in the consensus would wait for the one after next. */
async function allListed(data: string, relays: number): Promise<void> {
  const end = Date.now() + START_TIMEOUT;
  const listed = (): number => readLog(join(data, 'cached-microdesc-consensus')).match(/^r /gm)?.length ?? 0;
  while (listed() < relays) {
    if (Date.now() > end) throw new Error('the authorities of Tor did not agree on all relays');
    await pause(200);
  }
}

async function said(data: string, what: RegExp): Promise<void> {
  while (!what.test(readLog(join(data, LOG)))) await pause(100);
}

function readLog(log: string): string {
  try {
    return readFileSync(log, 'utf8');
  } catch {
    return '';
  }
}
