import { stringsOf } from './strace-text.ts';
import type { TracedFolder } from './traced-folder.ts';

/** A call that succeeded, on something in the folder under test. */
export interface FolderCall {
  readonly args: string;
  readonly result: number;
  /** The descriptor that it begins with, −1 without one. */
  readonly descriptor: number;
  readonly paths: readonly string[];
  /** How many events were over when it began. */
  readonly covers: number;
}

/** Calls that change nothing that must be durable. Modes and owners are not what a power cut is about. */
export const HARMLESS: ReadonlySet<string> = new Set([
  ...[
    'stat',
    'lstat',
    'fstat',
    'newfstatat',
    'statx',
    'statfs',
    'fstatfs',
    'access',
    'faccessat',
    'faccessat2',
  ],
  ...['readlink', 'readlinkat', 'getdents64', 'flock', 'fadvise64', 'getcwd', 'execve', 'ioctl'],
  ...['chmod', 'fchmod', 'fchmodat', 'fchmodat2', 'chown', 'fchown', 'lchown', 'fchownat'],
]);

/** Calls whose strings are bytes and no paths. */
export const WRITES: ReadonlySet<string> = new Set(['write', 'writev', 'pwrite64']);

type Model = (folder: TracedFolder, call: FolderCall) => void;

const open: Model = (folder, { args, result, paths }) =>
  folder.open(first(paths), /O_\w+(?:\|O_\w+)*/.exec(args)?.[0] ?? '', result);
const write: Model = (folder, call) => folder.write(call.descriptor, bytesOf(call));
const sync: Model = (folder, { descriptor, covers }) => folder.sync(descriptor, covers);
const makeFolder: Model = (folder, { paths }) => folder.makeFolder(first(paths));
const link: Model = (folder, { paths }) => folder.link(first(paths), first(paths.slice(1)));
const remove: Model = (folder, { paths }) => folder.remove(first(paths));
const rename: Model = (folder, { paths }) => folder.rename(first(paths), first(paths.slice(1)));

/** What each call does to the disk. */
const MODELS: Readonly<Record<string, Model>> = {
  open,
  openat: open,
  creat: (folder, { result, paths }) => folder.open(first(paths), 'O_WRONLY|O_CREAT|O_TRUNC', result),
  close: (folder, { descriptor }) => folder.close(descriptor),
  write,
  writev: write,
  pwrite64: (folder, call) => folder.writeAt(call.descriptor, bytesOf(call), lastNumber(call.args)),
  lseek: (folder, { descriptor, result }) => folder.seek(descriptor, result),
  fsync: sync,
  fdatasync: sync,
  ftruncate: (folder, { descriptor, args }) => folder.resize(descriptor, lastNumber(args)),
  truncate: (folder, { paths, args }) => folder.resizePath(first(paths), lastNumber(args)),
  mkdir: makeFolder,
  mkdirat: makeFolder,
  link,
  linkat: link,
  unlink: remove,
  unlinkat: remove,
  rmdir: remove,
  rename,
  renameat: rename,
  renameat2: rename,
  // Locks and flags of a descriptor, and memory that is only read; else they have no model.
  fcntl: () => undefined,
  mmap: () => undefined,
};

/** Calls that are modelled but for these uses of them. */
const NOT_SO: Readonly<Record<string, RegExp>> = {
  fcntl: /F_DUPFD/,
  mmap: /PROT_WRITE.*MAP_SHARED/,
  renameat2: /RENAME_(EXCHANGE|WHITEOUT)/,
};

/** Undefined for a call that the disk does not know. */
export function modelOf(name: string, args: string): Model | undefined {
  return NOT_SO[name]?.test(args) === true ? undefined : MODELS[name];
}

export function bytesOf({ args, result }: Pick<FolderCall, 'args' | 'result'>): Buffer {
  return Buffer.concat(stringsOf(args)).subarray(0, result);
}

function first(paths: readonly string[]): string {
  const [path] = paths;
  if (path === undefined) throw new Error('the trace has a call without its path');
  return path;
}

function lastNumber(args: string): number {
  const [, number] = /, (\d+)$/.exec(args) ?? [];
  if (number === undefined) throw new Error('the trace has a call without its number');
  return Number(number);
}
