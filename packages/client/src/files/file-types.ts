import type { Bytes } from '@sotto/bytes';
import type { AccountKey, FileState, MessageId } from '../ports/store.ts';

/** A file as screens see it. */
export interface FileView {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly chat?: AccountKey;
  readonly message?: MessageId;
  /** In its message, from 0. */
  readonly place: number;
  /** Clean: never a path. */
  readonly name?: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Pixels, as its sender says. */
  readonly width?: number;
  readonly height?: number;
  readonly state: FileState;
  /** Bytes of `size` that storage nodes have, or, of one that came, that are here. */
  readonly done: number;
  /** For `describeProblem`. */
  readonly problem?: string;
  /** Its content can be read here. */
  readonly readable: boolean;
}

/** A file of this device. */
export interface FileToKeep {
  readonly name?: string;
  /** As a MIME type. */
  readonly type?: string;
  /** Bytes; `content` gives exactly as many. */
  readonly size: number;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  /** In pieces of any size. */
  readonly content: AsyncIterable<Bytes>;
}

export type KeepFileOutcome =
  /** On disk, encrypted: `send` may name it. Until then it is gone with the next start. */
  | { readonly outcome: 'kept'; readonly file: FileView }
  | { readonly outcome: 'no-account' }
  /** This account is on no road that carries files. */
  | { readonly outcome: 'files-need-onion' }
  /** In bytes. */
  | { readonly outcome: 'too-large'; readonly limit: number }
  /** It gave more or less than was said: it was changed meanwhile. */
  | { readonly outcome: 'changed' }
  /** Too many files wait to be sent already. */
  | { readonly outcome: 'full' };

export type FetchFileOutcome =
  | { readonly outcome: 'wanted' | 'here'; readonly file: FileView }
  | { readonly outcome: 'unknown-file' }
  | { readonly outcome: 'not-possible'; readonly reason: string };

/** The part of a client that deals with files. */
export interface FileClient {
  /** Write a file down for a message to come. Rejects when `content` does. */
  keepFile(file: FileToKeep): Promise<KeepFileOutcome>;
  /** One that no message has. */
  dropFile(id: string): Promise<{ readonly outcome: 'dropped' | 'unknown-file' }>;
  file(id: string): Promise<FileView | undefined>;
  /** In their places. */
  filesOf(message: MessageId): Promise<readonly FileView[]>;
  /** Fetch one that came, or try again; nothing is fetched of a request that has not been accepted. */
  fetchFile(id: string): Promise<FetchFileOutcome>;
  /** Stop sending or fetching it; `fetchFile` and `retryMessage` take it up again. */
  cancelFile(id: string): Promise<{ readonly outcome: 'cancelled' | 'unknown-file' | 'not-possible' }>;
  /** The content from a byte on, in pieces; undefined where it is not here. Rejects with ClientError `damaged-file`. */
  readFile(id: string, from?: number): Promise<AsyncIterable<Bytes> | undefined>;
}

export type FileEvent =
  /** A file has another state, or has come further. */
  { readonly event: 'file'; readonly file: FileView };
