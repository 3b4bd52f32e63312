import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatListFile, parseListFile, type SignedList } from '@sotto/directory';
import { syncFolder } from '@sotto/files';
import { CliError } from '../../cli-error.ts';
import { explainList } from './explain-list.ts';

/** The most nodes in JSON are below 900 KB. Bytes. */
const MAX_FILE_BYTES = 2 * 1024 * 1024;

export async function readList(file: string): Promise<SignedList> {
  const text = await readBounded(file, `begin a list with \`sotto directory init --file ${file} --key …\``);
  return explainList(() => parseListFile(text));
}

/** Read a small file that the user named. Throws CliError `bad-directory` with `hint` if there is none. */
export async function readBounded(file: string, hint: string): Promise<string> {
  try {
    const facts = await stat(file);
    if (facts.isFile() && facts.size <= MAX_FILE_BYTES) return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code !== 'ENOENT') throw new CliError('bad-directory', `${file} cannot be read (${code})`);
    throw new CliError('bad-directory', `${file} is not there`, hint);
  }
  throw new CliError('bad-directory', `${file} is no file, or far too long`);
}

/**
 * Replace the list by what `change` makes of it; unchanged when that is the same object. The new file stands
 * beside the old one until it is on disk, and keeps a second edit out for so long: a list is never half
 * written, and no edit is lost to another.
 */
export function editList(file: string, change: (signed: SignedList) => SignedList): Promise<SignedList> {
  return replaceList(file, async () => {
    const before = await readList(file);
    const after = change(before);
    return after === before ? { unchanged: before } : { changed: after };
  });
}

/** The same for a list that is not there yet. */
export function createList(file: string, make: () => Promise<SignedList>): Promise<SignedList> {
  return replaceList(file, async () => ({ changed: await make() }));
}

type Replacement = { readonly unchanged: SignedList } | { readonly changed: SignedList };

async function replaceList(file: string, decide: () => Promise<Replacement>): Promise<SignedList> {
  const beside = `${file}.new`;
  const handle = await open(beside, 'wx', 0o644).catch((error: unknown) => {
    throw explainBeside(error, file, beside);
  });
  let isOurs = true;
  try {
    const decided = await decide();
    if ('unchanged' in decided) return decided.unchanged;
    await handle.writeFile(explainList(() => formatListFile(decided.changed)));
    await handle.sync();
    await rename(beside, file);
    // From here on a file of that name is of another command.
    isOurs = false;
    syncFolder(dirname(file));
    return decided.changed;
  } finally {
    await handle.close();
    if (isOurs) await rm(beside, { force: true });
  }
}

function explainBeside(error: unknown, file: string, beside: string): CliError {
  const code = (error as { code?: unknown }).code;
  if (code !== 'EEXIST') return new CliError('bad-directory', `${file} cannot be written (${code})`);
  return new CliError(
    'bad-directory',
    `${file} is being edited by another command, or one was cut off`,
    `wait for it; if there is none, remove ${beside}`,
  );
}
