import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillFailure, runCommand } from './run-command.ts';

/** Somebody with a profile of their own, who types commands. */
export interface DrillPerson {
  readonly account: string;
  readonly profile: string;
  readonly files: string;
}

/** Seconds that a command waits for the network. */
const PATIENCE = '180';
const TRIES = 4;

export interface Acting {
  readonly dir: string;
  readonly signal: AbortSignal;
}

/** `network`: a text, a file or a link. */
export async function makePerson(
  name: string,
  network: string,
  { dir, signal }: Acting,
): Promise<DrillPerson> {
  const profile = join(dir, name);
  const [made] = await runCommand(
    ['account', 'create', '--profile', profile, '--name', name, '--network', network],
    signal,
  );
  return { profile, account: String(made?.['account_id']), files: join(dir, `${name}-files`) };
}

/** One writes and the other accepts: both know each other then. */
export async function introduce(one: DrillPerson, other: DrillPerson, acting: Acting): Promise<void> {
  await passText(one, other, acting);
  await runCommand(['contacts', 'accept', one.account, '--profile', other.profile], acting.signal);
  await passText(other, one, acting);
}

/** Send a text that nobody else sends, and see it come. */
export async function passText(from: DrillPerson, to: DrillPerson, { signal }: Acting): Promise<void> {
  const text = randomBytes(12).toString('hex');
  await runCommand([...sendArgs(from, to), text], signal);
  await until(to, signal, (line) => line['text'] === text);
}

/** Send a file and see it come as it was. Returns its size. */
export async function passFile(from: DrillPerson, to: DrillPerson, { dir, signal }: Acting): Promise<number> {
  const content = randomBytes(400_000);
  const path = join(dir, `${randomBytes(6).toString('hex')}.bin`);
  await writeFile(path, content);
  await runCommand([...sendArgs(from, to), '--attach', path], signal);
  const line = await until(to, signal, (each) => Array.isArray(each['attachments']));
  const [saved] = line['attachments'] as { readonly path?: string; readonly problem?: string }[];
  if (saved?.path === undefined)
    throw new DrillFailure(`the file was not saved: ${saved?.problem ?? 'not fetched'}`);
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  if (digest(await readFile(saved.path)) !== digest(content)) throw new DrillFailure('another file came');
  return content.length;
}

/** How somebody new comes in by this person alone. */
export async function wayInOf(
  { profile }: DrillPerson,
  way: 'link' | 'text',
  { signal }: Acting,
): Promise<string> {
  const flags = way === 'text' ? ['--text'] : [];
  const [shared] = await runCommand(['network', 'share', '--profile', profile, ...flags], signal);
  return String(shared?.[way === 'text' ? 'network' : 'link']);
}

function sendArgs(from: DrillPerson, to: DrillPerson): readonly string[] {
  return ['send', '--profile', from.profile, '--to', to.account, '--timeout', PATIENCE];
}

/** What has been sent is there; it may take a look or two until a node that has it is asked. */
async function until(
  { profile, files }: DrillPerson,
  signal: AbortSignal,
  isIt: (line: Readonly<Record<string, unknown>>) => boolean,
): Promise<Readonly<Record<string, unknown>>> {
  const receive = ['receive', '--profile', profile, '--timeout', '60', '--save-attachments', files];
  for (let tried = 0; tried < TRIES; tried++) {
    const found = (await runCommand(receive, signal)).find(isIt);
    if (found !== undefined) return found;
  }
  throw new DrillFailure('what was sent did not come');
}
