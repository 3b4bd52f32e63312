import type { DiskEvent, Inode } from './events.ts';

/** What was done to a file since its last sync. */
export type FileChange =
  | { readonly event: number; readonly kind: 'write'; readonly at: number; readonly bytes: Buffer }
  | { readonly event: number; readonly kind: 'resize'; readonly size: number };

/** What was done to names and is not durable in every folder that it touches. */
export interface NameChange {
  readonly event: number;
  readonly change: Extract<DiskEvent, { readonly kind: 'enter' | 'leave' | 'move' }>;
}

export interface DiskFile {
  /** What any power cut leaves. */
  synced: Buffer;
  pending: FileChange[];
}

export type Names = Map<string, Inode>;

export const ROOT: Inode = 0;

/**
 * A disk that forgets. It takes the events of a recording in order and knows, after each, what is durable and
 * what a power cut may or may not take.
 *
 * The model: content of a file is durable after `fsync` or `fdatasync` of that file, a name after `fsync` of its
 * folder and by nothing else (a sync of the file keeps the content only, as fsync(2) warns; ext4 and XFS are
 * kinder). A rename is one step, and durable once either of its folders is synced. What a cut makes of the rest
 * is `survive`'s to choose.
 */
export class Disk {
  readonly files = new Map<Inode, DiskFile>();
  /** Durable names of each folder. */
  readonly folders = new Map<Inode, Names>([[ROOT, new Map()]]);
  names: NameChange[] = [];
  #events = 0;
  #begun = 0;
  #acknowledged = 0;

  /** How many events it has taken. */
  get events(): number {
    return this.#events;
  }

  /** The last step that was asked for, 0 before the first. */
  get begun(): number {
    return this.#begun;
  }

  /** The last step that the product called durable, 0 before the first. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  apply(event: DiskEvent): void {
    const number = this.#events++;
    switch (event.kind) {
      case 'write':
        this.#file(event.file).pending.push({
          event: number,
          kind: 'write',
          at: event.at,
          bytes: event.bytes,
        });
        break;
      case 'resize':
        this.#file(event.file).pending.push({ event: number, kind: 'resize', size: event.size });
        break;
      case 'sync':
        this.#sync(event.inode, event.covers);
        break;
      case 'enter':
        if (event.isFolder) this.folders.set(event.inode, new Map());
        else if (!this.files.has(event.inode))
          this.files.set(event.inode, { synced: Buffer.alloc(0), pending: [] });
        this.names.push({ event: number, change: event });
        break;
      case 'leave':
      case 'move':
        this.names.push({ event: number, change: event });
        break;
      case 'begin':
        this.#begun = event.step;
        break;
      case 'ack':
        this.#acknowledged = event.step;
        break;
    }
  }

  #file(inode: Inode): DiskFile {
    const file = this.files.get(inode);
    if (file === undefined) throw new Error(`the recording writes to file ${inode}, which it never made`);
    return file;
  }

  #sync(inode: Inode, covers: number): void {
    const file = this.files.get(inode);
    if (file !== undefined) {
      file.synced = applyChanges(
        file.synced,
        file.pending.filter(({ event }) => event < covers),
      );
      file.pending = file.pending.filter(({ event }) => event >= covers);
      return;
    }
    const isCovered = ({ event, change }: NameChange): boolean => event < covers && touches(change, inode);
    for (const { change } of this.names.filter(isCovered)) applyName(this.folders, change);
    this.names = this.names.filter((each) => !isCovered(each));
  }
}

function touches(change: NameChange['change'], folder: Inode): boolean {
  if (change.kind === 'move') return change.from.folder === folder || change.to.folder === folder;
  return change.folder === folder;
}

/** Content after changes, in order; a gap is zeros. */
export function applyChanges(content: Buffer, changes: readonly FileChange[]): Buffer {
  if (changes.length === 0) return content;
  let size = content.length;
  let most = size;
  for (const change of changes) {
    size = change.kind === 'write' ? Math.max(size, change.at + change.bytes.length) : change.size;
    most = Math.max(most, size);
  }
  const bytes = Buffer.alloc(most);
  content.copy(bytes);
  size = content.length;
  for (const change of changes) {
    if (change.kind === 'write') {
      change.bytes.copy(bytes, change.at);
      size = Math.max(size, change.at + change.bytes.length);
    } else {
      // What is cut off does not come back when the file grows again.
      if (change.size < size) bytes.fill(0, change.size, size);
      size = change.size;
    }
  }
  return bytes.subarray(0, size);
}

/** One change of names, where what it needs is there: a move of what never came to be moves nothing. */
export function applyName(folders: Map<Inode, Names>, change: NameChange['change']): void {
  if (change.kind === 'enter') {
    folders.get(change.folder)?.set(change.name, change.inode);
  } else if (change.kind === 'leave') {
    const names = folders.get(change.folder);
    if (names?.get(change.name) === change.inode) names.delete(change.name);
  } else {
    const from = folders.get(change.from.folder);
    if (from?.get(change.from.name) !== change.inode) return;
    from.delete(change.from.name);
    folders.get(change.to.folder)?.set(change.to.name, change.inode);
  }
}

/** A disk that has taken all of it. */
export function replay(events: readonly DiskEvent[]): Disk {
  const disk = new Disk();
  for (const event of events) disk.apply(event);
  return disk;
}
