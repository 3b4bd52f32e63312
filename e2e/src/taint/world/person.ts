import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseInvite } from '@sotto/identity';
import { sottoJson } from '../../run-sotto.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import type { Typist } from './typist.ts';
import type { TaintWorld } from './world.ts';

/** Somebody with a profile, and what is known of them from outside of it. */
export interface Person {
  readonly label: string;
  readonly account: string;
  readonly aci: string;
  readonly profile: string;
  /** All that the owner of the profile printed. */
  readonly log: string;
  /** For who has a passphrase. */
  readonly passphrase?: { readonly text: string; readonly file: string };
  /** Addresses that they dial from. */
  readonly addresses: readonly string[];
  readonly words: string;
  /** Of their invite, for who came by one. */
  readonly ticket?: Uint8Array;
  daemon: Daemon | undefined;
  /** `erased`: the account goes on with another device, and nothing of it is on this disk. */
  state: 'lives' | 'erased' | 'deleted';
}

export interface Newcomer {
  readonly label: string;
  /** They use no relay. */
  readonly onionOnly?: boolean;
  readonly locked?: boolean;
  /** They have an account already, and take it back on another device. */
  readonly words?: string;
}

/** Make an account with the command, or take one back. */
export async function createPerson(world: TaintWorld, typist: Typist, newcomer: Newcomer): Promise<Person> {
  const { label, onionOnly = false, locked = false, words } = newcomer;
  const folder = join(world.dir, 'people', typist.word('path of a profile', label));
  await mkdir(folder, { recursive: true });
  const profile = join(folder, 'profile');
  const passphrase = locked ? await choosePassphrase(folder, typist, label) : undefined;
  const ticket = onionOnly || words !== undefined ? undefined : await invite(world);
  const home = ticket?.flags ?? (onionOnly ? ['--onion-only'] : ['--relay', world.relayUrl]);
  const open = passphrase === undefined ? [] : ['--passphrase-file', passphrase.file];
  const before = await addressesIn(world);
  const made = await sottoJson(
    [
      ...['account', words === undefined ? 'create' : 'restore', '--profile', profile, ...open],
      ...['--name', typist.type('name', label), '--directory', world.storage.list, ...home],
    ],
    words === undefined ? {} : { stdin: `${words}\n` },
  );
  const shown = await sottoJson(['account', 'show', '--phrase', '--profile', profile, ...open]);
  return {
    label,
    account: String(made['account_id']),
    aci: String(made['aci']),
    profile,
    log: join(world.dir, `${label}.log`),
    ...(passphrase === undefined ? {} : { passphrase }),
    addresses: (await addressesIn(world)).filter((ip) => !before.includes(ip)),
    words: words ?? String(shown['phrase']),
    ...(ticket === undefined ? {} : { ticket: ticket.ticket }),
    daemon: undefined,
    state: 'lives',
  };
}

/** Flags of a command on this profile. */
export function profileOf({ profile, passphrase }: Person): readonly string[] {
  return ['--profile', profile, ...(passphrase === undefined ? [] : ['--passphrase-file', passphrase.file])];
}

export async function wake(person: Person): Promise<void> {
  const { profile, log, passphrase } = person;
  const open = passphrase === undefined ? [] : ['--passphrase-file', passphrase.file];
  person.daemon ??= await startDaemon(profile, log, open);
}

export async function sleep(person: Person): Promise<void> {
  const { daemon } = person;
  person.daemon = undefined;
  await daemon?.stop();
}

async function choosePassphrase(folder: string, typist: Typist, label: string) {
  const text = typist.word('passphrase', label);
  const file = join(folder, 'passphrase');
  await writeFile(file, `${text}\n`);
  return { text, file };
}

async function invite({ relay }: TaintWorld) {
  const { invite: link } = await sottoJson(['relay', 'invite', '--data', relay.data]);
  return { ticket: parseInvite(String(link)).ticket, flags: ['--invite', String(link)] };
}

/** Whoever has asked a guard so far, and is no storage node. */
async function addressesIn(world: TaintWorld): Promise<readonly string[]> {
  const nodes = new Set(world.nodes.map(({ ip }) => ip));
  const asked = (await world.traced()).map(({ from }) => from);
  return [...new Set(asked)].filter((ip) => !nodes.has(ip));
}
