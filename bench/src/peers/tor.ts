import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../load/settle.ts';
import type { RunningPeer } from './peer.ts';
import { freePort, runProgram, versionOf } from './run-program.ts';
import { type Authority, makeAuthority, makeFolder } from './tor-authority.ts';

/** How a relay chooses whose cells it writes next: as shipped, or the older one that does not wait. */
export type Scheduler = 'KIST' | 'Vanilla';

/** A Tor network of its own on loopback: three authorities that are relays too, six exits, one client. */
export interface TorNetwork {
  readonly socksPort: number;
  /** The nine relays; the client is not among them. */
  readonly relays: readonly number[];
  stop(): Promise<void>;
}

const [AUTHORITIES, EXITS] = [3, 6] as const;
/** Two votes, on a machine that has other things to do. */
const START_TIMEOUT = 240_000;
/** Votes are quick here, as in Tor's own test networks. */
const VOTES = ['V3Auth', 'TestingV3AuthInitial'].flatMap((when) => [
  `${when}VotingInterval 20`,
  `${when}VoteDelay 4`,
  `${when}DistDelay 4`,
]);

export function findTor(): string | undefined {
  const version = versionOf('tor', ['--version'], /version (\S+?)\.?\s/);
  return versionOf('tor-gencert', ['--help'], /(gencert)/) === undefined ? undefined : version;
}

export async function startTor(folder: string, scheduler: Scheduler): Promise<TorNetwork> {
  const authorities: Authority[] = [];
  for (let made = 0; made < AUTHORITIES; made++) authorities.push(await makeAuthority(folder, made));
  const common = [
    ...[
      'TestingTorNetwork 1',
      'AssumeReachable 1',
      'PathsNeededToBuildCircuits 0.25',
      `Schedulers ${scheduler}`,
      'Log notice stdout',
    ],
    ...authorities.map(({ line }) => line),
  ];
  const running: RunningPeer[] = [];
  const start = async (data: string, lines: readonly string[], socksPort?: number): Promise<RunningPeer> => {
    const torrc = join(data, 'torrc');
    appendFileSync(torrc, [...common, ...lines, `SocksPort ${socksPort ?? 0}`, ''].join('\n'));
    const ready = (): Promise<void> =>
      bootstrapped(join(data, 'output.log'), socksPort === undefined ? 0 : 100);
    const one = await runProgram({
      command: 'tor',
      args: ['-f', torrc],
      folder: data,
      ready,
      timeout: START_TIMEOUT,
    });
    running.push(one);
    return one;
  };
  const stop = async (): Promise<void> => void (await Promise.all(running.map((one) => one.stop())));
  try {
    for (const { data } of authorities) await start(data, AUTHORITY);
    for (let made = 0; made < EXITS; made++) {
      await start(makeFolder(folder, `exit${made}`), [
        `Nickname exit${made}`,
        `ORPort ${await freePort()}`,
        ...EXIT,
      ]);
    }
    const relays = running.map(({ pid }) => pid);
    await allListed(authorities[0]?.data ?? '', relays.length);
    const socksPort = await freePort();
    await start(makeFolder(folder, 'client'), CLIENT, socksPort);
    return { socksPort, relays, stop };
  } catch (error) {
    await stop();
    throw error;
  }
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

/** A relay comes up at once and joins with the next vote; the client is ready when it can make circuits. */
async function bootstrapped(log: string, percent: number): Promise<void> {
  while (!new RegExp(`Bootstrapped ${percent}%`).test(readLog(log))) await pause(100);
}

function readLog(log: string): string {
  try {
    return readFileSync(log, 'utf8');
  } catch {
    return '';
  }
}
