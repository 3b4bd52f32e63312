import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { OperationError } from '../errors.ts';

/** The last file that a backup writes: a folder without it is no whole backup. */
export const MANIFEST = 'backup.json';

const FORMAT = 1;
/** A server's folder has a dozen files, and a relay's one for each blob. */
const MAX_MANIFEST_BYTES = 256 * 1024 * 1024;

/** One file of a backup, by its path in the data folder with `/` between names. */
export interface BackedUpFile {
  readonly name: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface Manifest {
  /** Milliseconds. */
  readonly madeAt: number;
  /** What a database server has is left to its own backup; where there is none, all is in the files. */
  readonly elsewhere: boolean;
  readonly files: readonly BackedUpFile[];
}

export interface ExpectedBackup {
  /** As in "a relay", for the words of a refusal. */
  readonly of: string;
  /** Names of files without which it is none. */
  needs(manifest: Manifest): readonly string[];
}

/** Names only what lies below the folder. */
const name = z.string().regex(/^(?!\.{1,2}(\/|$))[\w.~-]+(\/(?!\.{1,2}(\/|$))[\w.~-]+)*$/);
const schema = z.object({
  format: z.literal(FORMAT),
  made_at: z.int().min(0),
  elsewhere: z.exactOptional(z.boolean()),
  files: z.array(z.object({ name, size: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});

export function formatManifest({ madeAt, elsewhere, files }: Manifest): string {
  return `${JSON.stringify({ format: FORMAT, made_at: madeAt, elsewhere, files }, null, 1)}\n`;
}

/** Throws OperationError `no-backup` for a folder without one that can be read, or that lacks what it should have. */
export function readManifest(folder: string, { of, needs }: ExpectedBackup): Manifest {
  try {
    const path = join(folder, MANIFEST);
    if (statSync(path).size > MAX_MANIFEST_BYTES) throw new RangeError('too long');
    const {
      made_at: madeAt,
      elsewhere = false,
      files,
    } = schema.parse(JSON.parse(readFileSync(path, 'utf8')));
    const names = files.map((file) => file.name);
    const manifest = { madeAt, elsewhere, files };
    if (!needs(manifest).every((one) => names.includes(one))) throw new RangeError('something is missing');
    return manifest;
  } catch (cause) {
    throw new OperationError('no-backup', `this folder holds no whole backup of ${of}`, { cause });
  }
}

/** What is in a file now. */
export async function describeFile(folder: string, file: string): Promise<BackedUpFile> {
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(createReadStream(join(folder, file)), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
    }
  });
  return { name: file, size, sha256: hash.digest('hex') };
}

/** Every folder that holds any of these files, however deep. */
export function foldersOf(files: readonly BackedUpFile[]): readonly string[] {
  const folders = files.flatMap((file) => {
    const parts = file.name.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(folders)];
}
