import { MAX_MESSAGE_DATA_BYTES, MAX_TTL } from '@sotto/protocol';
import { STORE_PRICE } from '../constants.ts';

export interface StoreSize {
  readonly bytes: number;
  /** Milliseconds that it is to live. */
  readonly ttl: number;
}

/** A message of few bytes has a row as well. */
const LEAST_BYTES = 1_024;

/**
 * Leading zero bits of the work that a store costs where so much of a limit is used (0 to 1): by bytes and lifetime,
 * and the more the less there is left. 0 while there is plenty.
 */
export function storePrice({ bytes, ttl }: StoreSize, fullness: number): number {
  const { free, first, last, worthwhile } = STORE_PRICE;
  if (fullness < free) return 0;
  const urgency = Math.min(1, (fullness - free) / (1 - free));
  const share = (Math.max(LEAST_BYTES, bytes) / MAX_MESSAGE_DATA_BYTES) * (ttl / MAX_TTL);
  const bits = Math.round(first + urgency * (last - first) + Math.log2(share));
  return bits <= worthwhile ? 0 : Math.min(last, bits);
}
