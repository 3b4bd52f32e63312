/** A file or folder for as long as it lives, whatever its names. 0 is the root folder. */
export type Inode = number;

/** What a recorded process did to the disk, and what it said meanwhile. */
export type DiskEvent =
  | { readonly kind: 'write'; readonly file: Inode; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'resize'; readonly file: Inode; readonly size: number }
  /** `covers`: events before this place were over when the sync began; what came later it may have missed. */
  | { readonly kind: 'sync'; readonly inode: Inode; readonly covers: number }
  | {
      readonly kind: 'enter';
      readonly folder: Inode;
      readonly name: string;
      readonly inode: Inode;
      readonly isFolder: boolean;
    }
  | { readonly kind: 'leave'; readonly folder: Inode; readonly name: string; readonly inode: Inode }
  /** One step for every file system, whatever stood under the new name. */
  | {
      readonly kind: 'move';
      readonly inode: Inode;
      readonly from: { readonly folder: Inode; readonly name: string };
      readonly to: { readonly folder: Inode; readonly name: string };
    }
  /** An operation was asked for. */
  | { readonly kind: 'begin'; readonly step: number }
  /** The product said that it is durable. */
  | { readonly kind: 'ack'; readonly step: number };
