import type { DiskEvent } from '../disk/events.ts';
import { type Node, type Place, WatchedFolder } from './watched-folder.ts';

interface Open {
  readonly node: Node;
  readonly appends: boolean;
  position: number;
}

/** The folder under test while its trace is read: what calls did to it becomes disk events. */
export class TracedFolder {
  readonly events: DiskEvent[] = [];
  readonly #folder: WatchedFolder;
  readonly #open = new Map<number, Open>();

  constructor(path: string) {
    this.#folder = new WatchedFolder(path);
  }

  isInside(path: string): boolean {
    return this.#folder.isInside(path);
  }

  /** Another process begins, without descriptors of the last. */
  closeAll(): void {
    this.#open.clear();
  }

  close(descriptor: number): void {
    this.#open.delete(descriptor);
  }

  open(path: string, flags: string, descriptor: number): void {
    if (/\bO_(DSYNC|SYNC|DIRECT|TMPFILE)\b/.test(flags)) {
      throw new Error(`a file is opened in a way that the disk does not model: ${flags}`);
    }
    const place = this.#folder.place(path);
    let { node } = place;
    if (node === undefined) {
      if (!flags.includes('O_CREAT')) throw new Error(`the recording opens ${path}, which it never made`);
      node = this.#folder.make(false);
      this.#enter(place, node);
    } else if (flags.includes('O_TRUNC') && node.size > 0) this.#resize(node, 0);
    this.#open.set(descriptor, { node, appends: flags.includes('O_APPEND'), position: 0 });
  }

  seek(descriptor: number, position: number): void {
    this.#opened(descriptor).position = position;
  }

  /** Where the descriptor stands, or at the end of a file that is appended to. */
  write(descriptor: number, bytes: Buffer): void {
    const open = this.#opened(descriptor);
    if (open.appends) open.position = open.node.size;
    this.writeAt(descriptor, bytes, open.position);
    open.position += bytes.length;
  }

  writeAt(descriptor: number, bytes: Buffer, at: number): void {
    const { node } = this.#opened(descriptor);
    node.size = Math.max(node.size, at + bytes.length);
    this.events.push({ kind: 'write', file: node.inode, at, bytes });
  }

  resize(descriptor: number, size: number): void {
    this.#resize(this.#opened(descriptor).node, size);
  }

  resizePath(path: string, size: number): void {
    this.#resize(this.#folder.existing(path).node, size);
  }

  sync(descriptor: number, covers: number): void {
    this.events.push({ kind: 'sync', inode: this.#opened(descriptor).node.inode, covers });
  }

  makeFolder(path: string): void {
    this.#enter(this.#folder.place(path), this.#folder.make(true));
  }

  link(from: string, to: string): void {
    this.#enter(this.#folder.place(to), this.#folder.existing(from).node);
  }

  remove(path: string): void {
    const { folder, name, node } = this.#folder.existing(path);
    folder.names?.delete(name);
    this.events.push({ kind: 'leave', folder: folder.inode, name, inode: node.inode });
  }

  rename(from: string, to: string): void {
    const { folder, name, node } = this.#folder.existing(from);
    const target = this.#folder.place(to);
    folder.names?.delete(name);
    target.folder.names?.set(target.name, node);
    this.events.push({
      kind: 'move',
      inode: node.inode,
      from: { folder: folder.inode, name },
      to: { folder: target.folder.inode, name: target.name },
    });
  }

  #opened(descriptor: number): Open {
    const open = this.#open.get(descriptor);
    if (open === undefined)
      throw new Error(`the recording uses descriptor ${descriptor}, which it did not open`);
    return open;
  }

  #resize(node: Node, size: number): void {
    node.size = size;
    this.events.push({ kind: 'resize', file: node.inode, size });
  }

  #enter({ folder, name }: Place, node: Node): void {
    folder.names?.set(name, node);
    const isFolder = node.names !== undefined;
    this.events.push({ kind: 'enter', folder: folder.inode, name, inode: node.inode, isFolder });
  }
}
