import type { NetworkSummaryValue, Params } from '@sotto/local-api';
import type { Inviter } from './inviter.ts';

/** The network that an account is going to live in, and how. */
export interface Joining {
  /** Absent for the network that the app was started with. */
  readonly text?: string;
  readonly summary: NetworkSummaryValue;
  /** Of an invite to the relay. */
  readonly ticket?: string;
  readonly onionOnly: boolean;
  /** Who gave the link that led here. */
  readonly inviter?: Inviter;
}

/** As commands take it. An account that touches no relay needs no leave of one. */
export function paramsOf({ text, ticket, onionOnly }: Joining): Omit<Params<'account.create'>, 'name'> {
  return {
    ...(text === undefined ? {} : { network: text }),
    ...(onionOnly ? { onion_only: true } : {}),
    ...(ticket === undefined || onionOnly ? {} : { ticket }),
  };
}

/** There is a relay to keep away from, and another road to take. */
export function canBeOnionOnly({ relay, directory }: NetworkSummaryValue): boolean {
  return relay !== null && directory !== null;
}
