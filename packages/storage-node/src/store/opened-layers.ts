import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { blake2b, randomBytes } from '@sotto/crypto';
import { syncFolder } from '@sotto/files';
import { FairShare, type Source } from '@sotto/limits';
import { REPLAY_MEMORY_MINUTES } from '@sotto/protocol';
import { MAX_REMEMBERED_LAYERS } from '../constants.ts';
import { TAG_BYTES, TagSet, tagOf } from './tag-set.ts';

const MINUTE = 60_000;
const NAME = /^([0-9]{1,9})\.tags$/;
/** Clients are counted in so many crowds: few share one, and who is in it cannot be told. */
const CROWDS = 4096;
/** Bytes: no fewer come out of the hash. */
const CROWD_HASH = 16;

export type RememberOutcome = 'new' | 'seen' | 'full';

/** One minute. */
interface Segment {
  readonly tags: TagSet;
  /** How many of its tags came from which node or crowd; of an earlier run that is not known. */
  readonly bySource: Map<string, number>;
  /** Tags of an earlier run. */
  loaded: number;
  /** Tags in the file. */
  written: number;
  /** Tags that are to be in the file after this turn of the event loop. */
  waiting: Bytes[];
  /** Absent for minutes of an earlier run: nothing is added to them. */
  file: number | undefined;
}

/**
 * Onion layers that this node has opened, so that none is acted upon twice. On disk, because a node
 * that forgets at a restart would replay for whoever makes it restart.
 *
 * One file of 16-byte tags per minute, appended to before the layer is acted upon, and a set in memory. The tags of
 * whatever arrived in one turn of the event loop are one write.
 * How many came from whom is known in memory alone, so that nobody makes the node refuse everybody else; of a client's address
 * twelve bits of a keyed hash stay, which a million others have too. What was appended outlives this process however it ends; it is synced once a second and not at each
 * layer, so that a hop costs no wait for the disk (docs/decisions/0013): a power cut may forget the last second.
 */
export class OpenedLayers {
  readonly #folder: string;
  readonly #share: FairShare;
  readonly #segments = new Map<number, Segment>();
  readonly #crowdKey = randomBytes(32);
  #dirty = new Set<number>();
  /** The folder itself, whose names are synced like what is in them; absent where that cannot be done. */
  readonly #names: number | undefined;
  #hasNewName = false;
  #writing: Promise<void> | undefined;

  /** Reads what the last run left. Throws when the folder cannot be used. */
  constructor(folder: string, limit: number = MAX_REMEMBERED_LAYERS) {
    this.#folder = folder;
    this.#share = new FairShare(limit);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    syncFolder(dirname(folder));
    this.#names = process.platform === 'win32' ? undefined : openSync(folder, 'r');
    for (const name of readdirSync(folder)) {
      const minute = NAME.exec(name)?.[1];
      if (minute !== undefined) this.#load(Number(minute), join(folder, name));
    }
  }

  /** Layers that are remembered now. */
  get count(): number {
    return this.#share.taken;
  }

  /** `new` once for each tag, which `written` waits for; `full` when `source` has its share. */
  remember(bytes: Bytes, source: Source, now: number): RememberOutcome {
    const tag = tagOf(bytes);
    for (const { tags } of this.#segments.values()) if (tags.has(tag)) return 'seen';
    const counted = this.#anonymous(source);
    if (!this.#share.take(counted)) return 'full';
    const segment = this.#segmentOf(Math.floor(now / MINUTE));
    segment.waiting.push(bytes);
    segment.tags.add(tag);
    segment.bySource.set(counted.name, (segment.bySource.get(counted.name) ?? 0) + 1);
    return 'new';
  }

  /** Resolves when everything that was remembered until now is in its file; rejects when it cannot be. */
  written(): Promise<void> {
    this.#writing ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#writing = undefined;
        try {
          this.#write();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    return this.#writing;
  }

  /** Forget minutes that are over. */
  sweep(now: number): void {
    const oldest = Math.floor(now / MINUTE) - REPLAY_MEMORY_MINUTES;
    for (const [minute, { bySource, loaded, file }] of this.#segments) {
      if (minute >= oldest) continue;
      for (const [name, count] of bySource) this.#share.giveBack(name, count);
      this.#share.vacate(loaded);
      this.#segments.delete(minute);
      if (file !== undefined) this.#close(file);
      rmSync(join(this.#folder, `${minute}.tags`), { force: true });
    }
  }

  /** Bring to the disk what was appended since the last call; called once a second. */
  sync(failed: (error: unknown) => void): void {
    const dirty = this.#dirty;
    this.#dirty = new Set();
    const told = (error: unknown): void => {
      if (error !== null) failed(error);
    };
    for (const file of dirty) fdatasync(file, told);
    if (this.#hasNewName && this.#names !== undefined) fsync(this.#names, told);
    this.#hasNewName = false;
  }

  close(): void {
    this.#write();
    for (const { file } of this.#segments.values()) {
      if (file === undefined) continue;
      fdatasyncSync(file);
      closeSync(file);
    }
    this.#segments.clear();
    if (this.#names === undefined) return;
    if (this.#hasNewName) fsyncSync(this.#names);
    closeSync(this.#names);
  }

  /** Nodes are in a public list; of a client nothing is kept that names it. */
  #anonymous({ name, weight }: Source): Source {
    if (weight > 1) return { name, weight };
    const [first = 0, second = 0] = blake2b(CROWD_HASH, utf8(name), this.#crowdKey);
    return { name: `crowd ${((first << 8) | second) % CROWDS}`, weight };
  }

  #load(minute: number, path: string): void {
    const content = readFileSync(path);
    const whole = content.length - (content.length % TAG_BYTES);
    // A kill in the middle of an append: what follows must begin at a tag's place.
    if (whole < content.length) truncate(path, whole);
    const segment = this.#segmentOf(minute);
    for (let at = 0; at < whole; at += TAG_BYTES) segment.tags.add(tagOf(content, at));
    segment.loaded = segment.tags.size;
    segment.written = whole / TAG_BYTES;
    this.#share.occupy(segment.loaded);
  }

  #write(): void {
    for (const [minute, segment] of this.#segments) {
      const tags = segment.waiting;
      if (tags.length === 0) continue;
      segment.waiting = [];
      segment.file ??= this.#create(minute);
      this.#append(segment, segment.file, tags);
    }
  }

  #append(segment: Segment, file: number, tags: readonly Bytes[]): void {
    const bytes = concatBytes(...tags);
    if (writeSync(file, bytes) !== bytes.length) {
      // The disk is full. What follows must begin at a tag's place, or the next start misreads the rest.
      ftruncateSync(file, segment.written * TAG_BYTES);
      throw new Error('tags were written in part');
    }
    segment.written += tags.length;
    this.#dirty.add(file);
  }

  #create(minute: number): number {
    this.#hasNewName = true;
    return openSync(join(this.#folder, `${minute}.tags`), 'a', 0o600);
  }

  #segmentOf(minute: number): Segment {
    const known = this.#segments.get(minute);
    if (known !== undefined) return known;
    const segment: Segment = {
      ...{ tags: new TagSet(), bySource: new Map(), loaded: 0, written: 0 },
      ...{ waiting: [], file: undefined },
    };
    this.#segments.set(minute, segment);
    return segment;
  }

  #close(file: number): void {
    this.#dirty.delete(file);
    closeSync(file);
  }
}

function truncate(path: string, length: number): void {
  const file = openSync(path, 'r+');
  try {
    ftruncateSync(file, length);
  } finally {
    closeSync(file);
  }
}
