import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Bytes, toHex } from '@sotto/bytes';
import {
  acceptList,
  DirectoryError,
  type DirectoryNode,
  decodeSignedList,
  encodeSignedList,
  isSeen,
  type KnownNodes,
  parseListFile,
  type SignedList,
  type Swarm,
  seenAgain,
  seenList,
  swarmFor,
} from '@sotto/directory';
import { replaceFile } from '@sotto/files';
import { StorageNodeError } from '../errors.ts';
import type { Events } from '../events.ts';

export interface NodeDirectoryOptions {
  /** Data folder: keeps the newest list that was accepted. */
  readonly data: string;
  /** The signed list as a file, which its keeper may replace at any time; or what a registry has said, to begin with. */
  readonly source: string | KnownNodes;
  /** This node's Ed25519 key. */
  readonly key: Bytes;
  readonly events: Events;
}

/** The list's binary form in the data folder: whose signatures count from now on, and no rollback below it. */
const PINNED = 'directory.list';

/**
 * The list of nodes as this node knows it: the newest that enough signers of the one before have signed,
 * wherever it came from; or the newest that this node has itself read from a registry.
 */
export class NodeDirectory {
  readonly #options: NodeDirectoryOptions;
  readonly #listeners: (() => void)[] = [];
  #list: KnownNodes;
  /** Undefined where the nodes are in a registry. */
  #signed: SignedList | undefined;
  #encoded: Bytes | undefined;
  #nodes: ReadonlyMap<string, DirectoryNode> = new Map();
  #byX25519: ReadonlyMap<string, DirectoryNode> = new Map();
  #addresses: ReadonlySet<string> = new Set();
  #fileSeen = '';

  /**
   * Reads what is pinned and the source. Throws StorageNodeError `damaged-data`, or `bad-directory` when
   * there is no list to go by or the source's is not from whom this node trusts.
   */
  constructor(options: NodeDirectoryOptions) {
    this.#options = options;
    if (typeof options.source === 'string') {
      const { signed, isNews } = this.#begin(options.source);
      this.#signed = signed;
      this.#encoded = encodeSignedList(signed);
      this.#list = signed.list;
      if (isNews) this.#pin();
    } else this.#list = options.source;
    this.#index();
  }

  #begin(source: string): { readonly signed: SignedList; readonly isNews: boolean } {
    const { data, events } = this.#options;
    this.#fileSeen = markOf(source);
    const pinned = readPinned(data);
    const incoming = readSource(source);
    if (pinned === undefined && incoming instanceof Error) {
      throw new StorageNodeError('bad-directory', `the directory cannot be read: ${incoming.message}`);
    }
    const first = incoming instanceof Error ? undefined : judge(pinned, incoming);
    const signed = first ?? pinned;
    if (signed === undefined) throw new StorageNodeError('bad-directory', 'there is no directory to go by');
    if (incoming instanceof Error) events.count('directory-refused');
    return { signed, isNews: first !== undefined };
  }

  get list(): KnownNodes {
    return this.#list;
  }

  /** `undefined` where the nodes are in a registry. */
  get signed(): SignedList | undefined {
    return this.#signed;
  }

  /** The binary form, as nodes and clients hand it on; what a registry has said is a list that nobody has signed. */
  get encoded(): Bytes {
    this.#encoded ??= encodeSignedList(this.#signed ?? asSeen(this.#list));
    return this.#encoded;
  }

  /** This node as it is listed; `undefined` while it is not. */
  get self(): DirectoryNode | undefined {
    return this.find(toHex(this.#options.key));
  }

  /** By Ed25519 key in lower-case hex. */
  find(key: string): DirectoryNode | undefined {
    return this.#nodes.get(key);
  }

  /** By X25519 key in lower-case hex. */
  findByX25519(key: string): DirectoryNode | undefined {
    return this.#byX25519.get(key);
  }

  /** Whether a listed node is reached at this IPv4 address. */
  isAddress(address: string): boolean {
    return this.#addresses.has(address);
  }

  others(): readonly DirectoryNode[] {
    const own = toHex(this.#options.key);
    return this.#list.nodes.filter(({ ed25519 }) => toHex(ed25519) !== own);
  }

  /** The other members of this node's swarm. */
  members(): readonly DirectoryNode[] {
    const swarm = this.self?.swarm;
    return this.others().filter((node) => node.swarm === swarm);
  }

  swarmOf(mailbox: Bytes): Swarm {
    return swarmFor(this.#list, mailbox);
  }

  /** Whether this node's swarm keeps the mailbox. */
  isOurs(mailbox: Bytes): boolean {
    return this.swarmOf(mailbox).id === this.self?.swarm;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** A list from another node, or read again from the owner's file: taken if it is newer and proven. */
  offer(incoming: Uint8Array | SignedList, byOwner?: true): void {
    if (this.#signed === undefined) return;
    const answer = acceptList({ pinned: this.#signed, incoming, ...(byOwner && { byOwner }) });
    if (answer.outcome === 'accepted') this.#take(answer.signed);
    else if (answer.outcome !== 'same' && answer.outcome !== 'older') {
      this.#options.events.count('directory-refused');
    }
  }

  /** Look whether the file has changed since the last look, and read it if so. */
  lookAtFile(): void {
    const { source } = this.#options;
    if (typeof source !== 'string') return;
    const mark = markOf(source);
    if (mark === this.#fileSeen || mark === GONE) return;
    this.#fileSeen = mark;
    const incoming = readSource(source);
    if (incoming instanceof Error) this.#options.events.count('directory-refused');
    else this.offer(incoming, true);
  }

  /** Nodes on which several others agree, where nobody signs the list. Milliseconds. */
  takeSeen(nodes: readonly DirectoryNode[], now: number): void {
    if (this.#signed === undefined || !isSeen(this.#signed.list)) return;
    const signed = seenAgain(nodes, this.#signed.list, now);
    if (signed !== undefined) this.#take(signed);
  }

  /** What a registry says now. A chain that is read at an older block than before changes nothing. */
  takeFromRegistry(list: KnownNodes): void {
    if (this.#signed !== undefined || list.sequence < this.#list.sequence) return;
    const isNews = list.nodes !== this.#list.nodes;
    this.#list = list;
    if (!isNews) return;
    this.#encoded = undefined;
    this.#index();
    this.#options.events.count('directory-taken');
    for (const listener of this.#listeners) listener();
  }

  #take(signed: SignedList): void {
    this.#signed = signed;
    this.#encoded = encodeSignedList(signed);
    this.#list = signed.list;
    this.#index();
    try {
      this.#pin();
    } catch (error) {
      // The list is good; a restart would only learn it again.
      this.#options.events.failed(error);
    }
    this.#options.events.count('directory-taken');
    for (const listener of this.#listeners) listener();
  }

  #index(): void {
    this.#nodes = new Map(this.#list.nodes.map((node) => [toHex(node.ed25519), node]));
    this.#byX25519 = new Map(this.#list.nodes.map((node) => [toHex(node.x25519), node]));
    this.#addresses = new Set(this.#list.nodes.map(({ ip }) => ip));
  }

  #pin(): void {
    replaceFile(join(this.#options.data, PINNED), this.encoded);
  }
}

/** Of the time that it was read at: one of later has a higher number, as of every list that nobody has signed. */
function asSeen({ nodes, subnets, issuedAt }: KnownNodes): SignedList {
  return seenList({ nodes, subnets, now: issuedAt });
}

/** The list to begin with when the source's is news; throws when it must not be believed. */
function judge(pinned: SignedList | undefined, incoming: SignedList): SignedList | undefined {
  const answer = acceptList(pinned === undefined ? { incoming } : { pinned, incoming, byOwner: true });
  switch (answer.outcome) {
    case 'accepted':
      return answer.signed;
    case 'same':
    case 'older':
      return undefined;
    case 'malformed':
      throw new StorageNodeError('bad-directory', 'the directory breaks the rules of a list', {
        cause: answer.error,
      });
    case 'forked':
      throw new StorageNodeError(
        'bad-directory',
        'the directory has the number of the one this storage node knows and says something else; ask its signers',
      );
    case 'unproven':
      throw new StorageNodeError(
        'bad-directory',
        answer.by === 'own-signers'
          ? 'too few of its signers have signed the directory'
          : 'the directory is not signed by those whom this storage node has trusted so far; for another network take a new data folder',
      );
  }
}

function readPinned(data: string): SignedList | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(data, PINNED));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StorageNodeError('damaged-data', `${PINNED} cannot be read`, { cause: error });
  }
  try {
    return decodeSignedList(bytes);
  } catch (error) {
    throw new StorageNodeError('damaged-data', `${PINNED} is damaged; restore it from a backup`, {
      cause: error,
    });
  }
}

function readSource(path: string): SignedList | Error {
  try {
    return parseListFile(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof DirectoryError) return error;
    return new Error('there is no such file, or this user may not read it');
  }
}

const GONE = 'gone';

/** Changes whenever the file does. */
function markOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return GONE;
  }
}
