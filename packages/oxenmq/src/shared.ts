import type { Bytes } from '@sotto/bytes';
import type { ByteBudget } from '@sotto/limits';
import type { Context } from 'zeromq';
import type { PipeFolder } from './pipe-folder.ts';
import type { Served } from './serve-command.ts';
import type { Category, CurveKeys, OxenMqEvent } from './types.ts';
import type { Zap } from './zap.ts';

export interface ConnectionLimits {
  readonly total: number;
  /** All that are at no node's address, together. */
  readonly ofStrangers: number;
  /** One address. */
  readonly ofOne: number;
}

export interface OxenMqOptions {
  /** The own pair: who dials here expects it, who is dialled may ask for it. */
  readonly keys: CurveKeys;
  /** By the word before the dot. */
  readonly categories: Readonly<Record<string, Category>>;
  /** Whether a node with this X25519 key is listed now. */
  isNode(key: Bytes): boolean;
  /** Whether a listed node is reached at this address. */
  isNodeAddress(address: string): boolean;
  /** Whether a key is let in at all; everybody is, without. */
  admits?(key: Bytes): boolean;
  count(event: OxenMqEvent): void;
  failed(error: unknown): void;
  readonly connections?: ConnectionLimits;
  /** How long a connection may be full of what is no whole message. Milliseconds. */
  readonly patience?: number;
}

export interface DialRequest {
  /** IPv4 and port. */
  readonly host: string;
  readonly port: number;
  /** X25519 key that must be there. */
  readonly key: Bytes;
  /** Address to dial from; the system chooses without. */
  readonly localAddress?: string | undefined;
  /** Milliseconds, for the connection and its handshake. */
  readonly timeout: number;
}

/** What all connections of one endpoint share. */
export interface Shared extends OxenMqOptions {
  readonly patience: number;
  readonly context: Context;
  readonly folder: PipeFolder;
  readonly zap: Zap;
  readonly budget: ByteBudget;
  readonly served: Served;
  nextId(): number;
}
