import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerUsers } from '../peers/relay-users.ts';
import { sottoRelay } from '../peers/sotto-relay.ts';
import { costOnline } from '../relay/online.ts';
import { topFunctions } from './top-functions.ts';

/** The three hottest paths. Each runs under load and gives the folder that its .cpuprofile files are in. */
export const PROFILES: Readonly<Record<string, () => Promise<string>>> = {
  relay: profileRelay,
};

const LOAD = { clients: 100, inFlight: 4, milliseconds: 6_000 };
const SHOWN = 40;

/** The relay's process while 100 users write to each other. */
async function profileRelay(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-profile-'));
  const registered = await registerUsers(LOAD.clients);
  try {
    await costOnline(sottoRelay(registered, ['--cpu-prof', `--cpu-prof-dir=${folder}`]), LOAD);
  } finally {
    registered.close();
  }
  return folder;
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
