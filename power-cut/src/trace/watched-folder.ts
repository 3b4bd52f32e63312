import { basename, dirname } from 'node:path';
import { ROOT } from '../disk/disk.ts';
import type { Inode } from '../disk/events.ts';

interface Node {
  readonly inode: Inode;
  /** Of a folder. */
  readonly names: Map<string, Node> | undefined;
  /** Of a file. */
  size: number;
}

export type { Node };

/** Where a path leads: the folder, which is there, and the name in it, which may not be. */
export interface Place {
  readonly folder: Node;
  readonly name: string;
  readonly node: Node | undefined;
}

/** The folder under test as the recorded process sees it: who is who behind the names. */
export class WatchedFolder {
  readonly #path: string;
  readonly #root: Node = { inode: ROOT, names: new Map(), size: 0 };
  #next: Inode = ROOT + 1;

  constructor(path: string) {
    this.#path = path;
  }

  isInside(path: string): boolean {
    return path === this.#path || path.startsWith(`${this.#path}/`);
  }

  /** Undefined when a folder on the way is not there. */
  find(path: string): Place | undefined {
    if (path === this.#path) return { folder: this.#root, name: '.', node: this.#root };
    const parent = this.find(dirname(path));
    const names = parent?.node?.names;
    if (parent?.node === undefined || names === undefined) return undefined;
    return { folder: parent.node, name: basename(path), node: names.get(basename(path)) };
  }

  /** As `find`, for a call that succeeded: then it was there. */
  place(path: string): Place {
    const place = this.find(path);
    if (place === undefined) throw new Error(`the recording names ${path}, whose folder it never made`);
    return place;
  }

  /** As `place`, and something is there. */
  existing(path: string): Place & { readonly node: Node } {
    const { node, ...place } = this.place(path);
    if (node === undefined) throw new Error(`the recording uses ${path}, which it never made`);
    return { ...place, node };
  }

  make(isFolder: boolean): Node {
    return { inode: this.#next++, names: isFolder ? new Map() : undefined, size: 0 };
  }
}
