import type { Client } from '@sotto/client';
import type { CheckValue } from '@sotto/local-api';
import type { OnionRoad } from '@sotto/transport-onion';

/** What the commands of one profile work with. */
export interface Owned {
  readonly client: Client;
  /** Absolute path of the folder. */
  readonly profile: string;
  /** Sequence of the last message that a screen has marked as shown. */
  readonly receivedThrough: () => Promise<number>;
  /** Open the roads, once; commands that need none leave them shut. */
  readonly openRoads: () => Promise<void>;
  /** The account is gone: end, and remove the folder's files. */
  readonly retire: () => void;
  /** The onion road, where there is one and once the roads are open. */
  readonly onion: () => OnionRoad | undefined;
  /** The network text that somebody's link to join leads to. Throws LocalApiError `bad-network`, `unreachable`. */
  readonly join: (link: string) => Promise<string>;
  /** Everything is dialled through a proxy. */
  readonly proxied: boolean;
  /** Network text that the app was started with. */
  readonly network: string | undefined;
  readonly examine: () => Promise<readonly CheckValue[]>;
}
