import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { UploadTerms } from '../blob-store.ts';
import { isMissing } from '../errors.ts';
import { formatTerms, parseTerms } from '../upload-name.ts';
import { syncNames } from './layout.ts';

/**
 * The one file of an upload. Its name tells its terms and how many of its bytes are synced: what a crash has left
 * behind them was never acknowledged. A rename is atomic, so there is always one such number.
 */
export class UploadFile {
  readonly terms: UploadTerms;
  readonly #folder: string;
  #offset: number;

  private constructor(folder: string, terms: UploadTerms, offset: number) {
    this.terms = terms;
    this.#folder = folder;
    this.#offset = offset;
  }

  /** Make an empty one in a folder of its own, which is not there yet; durable once this returns. */
  static async create(folder: string, terms: UploadTerms): Promise<UploadFile> {
    const made = new UploadFile(folder, terms, 0);
    await mkdir(folder, { mode: 0o700 });
    const file = await open(made.path, 'wx', 0o600);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await syncNames(folder);
    await syncNames(dirname(folder));
    return made;
  }

  /** Undefined when there is none: no folder, or what a crash has left of making or removing one. */
  static async find(folder: string): Promise<UploadFile | undefined> {
    for (const name of await namesIn(folder)) {
      const [head = '', offset = ''] = name.split('@');
      const terms = /^\d{1,15}$/.test(offset) ? parseTerms(head) : undefined;
      if (terms !== undefined) return new UploadFile(folder, terms, Number(offset));
    }
    return undefined;
  }

  /** Remove a folder with whatever is in it, durably. */
  static async drop(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
    await syncNames(dirname(folder));
  }

  get path(): string {
    return this.#pathAt(this.#offset);
  }

  get offset(): number {
    return this.#offset;
  }

  /** Note durably how far it is. The bytes must have been synced before. */
  async moveTo(offset: number): Promise<void> {
    if (offset === this.#offset) return;
    await rename(this.path, this.#pathAt(offset));
    this.#offset = offset;
    await syncNames(this.#folder);
  }

  #pathAt(offset: number): string {
    return join(this.#folder, `${formatTerms(this.terms)}@${offset}`);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
