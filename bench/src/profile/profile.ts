import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOneByOne } from '../client-sides.ts';
import type { Side } from '../compare.ts';
import { startNodeProcesses } from '../onion/node-processes.ts';
import { onionRequests } from '../onion/onion-requests.ts';
import { registerUsers } from '../peers/relay-users.ts';
import { sottoRelay } from '../peers/sotto-relay.ts';
import { costOnline } from '../relay/online.ts';
import { topFunctions } from './top-functions.ts';

/** The three hottest paths. Each runs under load and gives the folder that its .cpuprofile files are in. */
export const PROFILES: Readonly<Record<string, () => Promise<string>>> = {
  relay: profileRelay,
  onion: profileOnion,
  client: profileClient,
};

const RELAY_LOAD = { clients: 100, inFlight: 4, milliseconds: 6_000 };
const [REQUESTS, PARALLEL] = [8_000, 50] as const;
const MESSAGES = 1_000;
const SHOWN = 40;

/** The relay's process while 100 users write to each other. */
async function profileRelay(): Promise<string> {
  const folder = makeFolder();
  const registered = await registerUsers(RELAY_LOAD.clients);
  try {
    await costOnline(sottoRelay(registered, profilerOf(folder)), RELAY_LOAD);
  } finally {
    registered.close();
  }
  return folder;
}

/** All nodes of a path while requests pass through them. */
async function profileOnion(): Promise<string> {
  const folder = makeFolder();
  const network = await startNodeProcesses([5], { flags: profilerOf(folder), end: 'SIGTERM' });
  try {
    await onionRequests(network, REQUESTS, PARALLEL).run();
  } finally {
    await network.close();
  }
  return folder;
}

/** Two client cores in this process, one message after the other. */
async function profileClient(): Promise<string> {
  const folder = makeFolder();
  const side: Side = await clientOneByOne(MESSAGES);
  const session = new Session();
  session.connect();
  try {
    // Once before, to load and compile.
    await side.run();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await side.run();
    const { profile } = await session.post('Profiler.stop');
    writeFileSync(join(folder, 'client.cpuprofile'), JSON.stringify(profile));
  } finally {
    session.disconnect();
    await side.close();
  }
  return folder;
}

function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sotto-profile-'));
}

function profilerOf(folder: string): readonly string[] {
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

/** Functions by their own time; what waits counts for nothing. */
export function printProfile(name: string, folder: string): string {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.cpuprofile'))
    .map((file) => join(folder, file));
  const lines = topFunctions(files, SHOWN).map(
    ({ self, where }) => `${self.toFixed(1).padStart(5)} %  ${where}`,
  );
  return `${[`${name}: own time of functions; profiles are in ${folder}`, ...lines].join('\n')}\n`;
}
