import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Person } from '../world/person.ts';
import { NotReady } from '../world/product-process.ts';
import type { FaultJob } from './fault-job.ts';

/** What an end with words looks like: every program tells its errors as JSON. */
const WORDS = /"error":\{"code":"(?!internal)[a-z-]+","message":"[^"]+/;

/**
 * Flip one bit of a file while its process is down. Storage nodes go on with it, since a swarm has every
 * message several times. Relay and profiles are tried with it, cut off from the network so that nothing they do
 * there counts, and get their files back: they have to refuse with words, or start; a profile shows exactly what
 * it had.
 */
export async function flipBit(job: FaultJob): Promise<string> {
  const { member, planned, world } = job;
  const person = world.people.find(({ member: own }) => own === member);
  const before = person === undefined ? [] : await readAll(job, person);
  await member.end('SIGTERM');
  const kept = join(world.dir, `kept-${planned.number}`);
  cpSync(member.data, kept, { recursive: true });
  const file = flip(member.data, planned.bit ?? [0, 0, 0]);
  const restore = (): void => {
    for (const name of readdirSync(member.data)) rmSync(join(member.data, name), { recursive: true });
    cpSync(kept, member.data, { recursive: true });
  };
  try {
    if (person !== undefined) return `${file}: ${await tryProfile(job, person, { before, restore })}`;
    if (planned.target === 'relay') return `${file}: ${await tryRelay(job, restore)}`;
    return `${file}: ${await tryNode(job, restore)}`;
  } finally {
    rmSync(kept, { recursive: true });
  }
}

async function tryNode(job: FaultJob, restore: () => void): Promise<string> {
  const { member } = job;
  const refused = await isRefused(job);
  member.harmed = !refused;
  if (!refused) return 'it goes on with it';
  restore();
  await member.start();
  return 'refused with words';
}

async function tryRelay(job: FaultJob, restore: () => void): Promise<string> {
  const { member } = job;
  const reconnect = cutOff(job);
  const refused = await isRefused(job);
  await member.end('SIGKILL');
  restore();
  reconnect();
  await member.start();
  return refused ? 'refused with words' : 'it starts with it';
}

async function tryProfile(
  job: FaultJob,
  person: Person,
  { before, restore }: { readonly before: readonly (readonly string[])[]; readonly restore: () => void },
): Promise<string> {
  const { member, planned, log } = job;
  const reconnect = cutOff(job);
  person.screen.hold(true);
  let outcome = 'harmless';
  if (await isRefused(job)) {
    outcome = 'refused with words';
  } else {
    try {
      const missing = firstDifference(before, await readAll(job, person));
      if (missing !== undefined) {
        log.add({ event: 'finding', words: `${planned.target} shows a chat without or unlike ${missing}` });
      }
    } catch (error) {
      outcome = `told: ${String(error).slice(0, 120)}`;
    }
  }
  await member.end('SIGKILL');
  restore();
  person.screen.hold(false);
  reconnect();
  await member.start();
  return outcome;
}

/** Every chat of a person, line by line. */
async function readAll({ world }: FaultJob, person: Person): Promise<readonly (readonly string[])[]> {
  const chats: string[][] = [];
  for (const other of world.people) {
    if (!world.isChat(person.number, other.number)) continue;
    const items = await person.screen.readChat(other.account);
    chats.push(items.map((item) => (item.kind === 'text' ? `${item.id} ${item.text}` : `gap ${item.id}`)));
  }
  return chats;
}

/** Chats only grow: what was there must be there, in its order. */
function firstDifference(
  before: readonly (readonly string[])[],
  after: readonly (readonly string[])[],
): string | undefined {
  for (const [chat, lines] of before.entries()) {
    const different = lines.findIndex((line, index) => after[chat]?.[index] !== line);
    if (different >= 0) return JSON.stringify(lines[different]);
  }
  return undefined;
}

/** The name of the file whose bit was flipped. */
function flip(folder: string, [which, where, bit]: readonly [number, number, number]): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, content: readFileSync(path) }))
    .filter(({ content }) => content.length > 0)
    .toSorted((one, other) => one.path.localeCompare(other.path));
  const chosen = files[Math.floor(which * files.length)];
  if (chosen === undefined) throw new Error(`${folder} holds no file to flip a bit of`);
  const { path, content } = chosen;
  const at = Math.floor(where * content.length);
  content[at] = (content[at] ?? 0) ^ (1 << bit);
  writeFileSync(path, content);
  return `${path.slice(folder.length + 1)} byte ${at} bit ${bit}`;
}

/** Whether it does not start. An end without words is a finding. */
async function isRefused({ member, log, planned }: FaultJob): Promise<boolean> {
  try {
    await member.start();
    return false;
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    const { words } = error.how;
    if (!WORDS.test(words)) {
      log.add({ event: 'finding', words: `${planned.target} refused without words: ${words}` });
    }
    return true;
  }
}

/** Nothing goes in or out until the function that is returned is called. */
function cutOff({ world, planned }: FaultJob): () => void {
  const fault = { kind: 'silence' } as const;
  const rules = [
    world.rules.add({ from: planned.target, to: '*', fault }),
    world.rules.add({ from: '*', to: planned.target, fault }),
  ];
  return () => {
    for (const rule of rules) world.rules.remove(rule);
  };
}
