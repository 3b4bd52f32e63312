import { isIPv6 } from 'node:net';
import { toHex, utf8 } from '@sotto/bytes';
import { hmacSha256, randomBytes } from '@sotto/crypto';
import { type BucketTerms, type TakeOutcome, TokenBuckets } from '@sotto/limits';

/** 65,536 crowds: two clients are seldom in one, and each has a great many addresses. */
const CROWD_BYTES = 2;

/** The first 64 bits of an IPv6 address: whoever has one has all that begin with them. */
const NETWORK_GROUPS = 4;
const IPV6_GROUPS = 8;

/**
 * Rate limits by address for calls that name no account. A bucket may be remembered for a day, and an address must not be
 * when its client has gone: of it only a few bits of a hash stay, with a key of this process.
 */
export class AddressBuckets {
  readonly #buckets: TokenBuckets;
  readonly #key = randomBytes(32);

  constructor(terms: BucketTerms) {
    this.#buckets = new TokenBuckets(terms);
  }

  take(address: string, now: number): TakeOutcome {
    return this.#buckets.take(this.#crowdOf(address), now);
  }

  forgetFull(now: number): void {
    this.#buckets.forgetFull(now);
  }

  #crowdOf(address: string): string {
    return toHex(hmacSha256(this.#key, utf8(networkOf(address))).subarray(0, CROWD_BYTES));
  }
}

/** Addresses come as the kernel writes them, so that the same groups are always the same text. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = [], tail] = address.split('::').map((part) => part.split(':'));
  const zeros = tail === undefined ? 0 : IPV6_GROUPS - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...(tail ?? [])];
  return groups.slice(0, NETWORK_GROUPS).join(':');
}
