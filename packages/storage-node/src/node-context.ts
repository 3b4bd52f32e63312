import type { TokenBuckets } from '@sotto/limits';
import type { DiskWatch } from '@sotto/operation';
import type { NodeKeys } from './data/node-keys.ts';
import type { NodeDirectory } from './directory/node-directory.ts';
import type { Events } from './events.ts';
import type { Links } from './link/links.ts';
import type { Waiters } from './rpc/waiters.ts';
import type { NodeStore } from './store/node-store.ts';
import type { OpenedLayers } from './store/opened-layers.ts';

/** What every request may use. */
export interface NodeContext {
  readonly keys: NodeKeys;
  readonly store: NodeStore;
  readonly openedLayers: OpenedLayers;
  readonly directory: NodeDirectory;
  readonly links: Links;
  readonly waiters: Waiters;
  readonly disk: DiskWatch;
  readonly events: Events;
  /** Unsigned stores by mailbox. */
  readonly mailboxRate: TokenBuckets;
  /** Milliseconds. */
  now(): number;
}
