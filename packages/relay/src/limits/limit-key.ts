import { isIPv6 } from 'node:net';
import { toHex, utf8 } from '@sotto/bytes';
import { hmacSha256, randomBytes } from '@sotto/crypto';
import { lastHopOf } from '../http/call.ts';
import type { StoredAccount } from '../store/accounts.ts';

/**
 * Made anew by each process. A bucket may be remembered for a day, and nobody in it must be: not who wrote to whom, no
 * account that has been deleted meanwhile, no address of a client that has gone.
 */
const SECRET = randomBytes(32);
const KEY_BYTES = 8;

/** 65,536 crowds of addresses: two clients are seldom in one, and too many addresses are to say who was in it. */
const CROWD_BYTES = 2;

/** Groups of an IPv6 address that are somebody's network: whoever has one address has all that begin with them. */
const NETWORK_GROUPS = 4;
/** What a provider gives to one customer at the most: 65,536 such networks. */
const SITE_GROUPS = 3;
const GROUPS = 8;

/** What one address may do, so many times as much may all of a site together, or all who come through one last hop. */
const SHARED_BY = 16;

/** What limits remember of somebody, or of a pair: a keyed hash. */
export function limitKey(text: string): string {
  return hashOf(text, KEY_BYTES);
}

/** The same of an account by its ACI, made once for as long as the account itself stays in memory. */
export function accountKey(account: Pick<StoredAccount, 'aci'>): string {
  let key = ACCOUNT_KEYS.get(account);
  if (key === undefined) {
    key = limitKey(toHex(account.aci));
    ACCOUNT_KEYS.set(account, key);
  }
  return key;
}

const ACCOUNT_KEYS = new WeakMap<object, string>();

/**
 * Whom tokens are taken from that somebody at an address uses, and what part of them: of an address, or the network that a
 * client has of IPv6, all; of the site that an IPv6 network belongs to, or of a last hop, a sixteenth. What limits remember
 * of each are a few bits of a keyed hash.
 */
export function addressKeys(from: string): readonly (readonly [key: string, part: number])[] {
  const lastHop = lastHopOf(from);
  if (lastHop !== undefined) return [[crowdOf('hop', networkOf(lastHop)), 1 / SHARED_BY]];
  const own = [crowdOf('network', networkOf(from)), 1] as const;
  return isIPv6(from) ? [own, [crowdOf('site', networkOf(from, SITE_GROUPS)), 1 / SHARED_BY]] : [own];
}

/** What addresses of one client have in common: the address itself, or the first 64 bits of an IPv6 address. */
export function networkOf(address: string, length = NETWORK_GROUPS): string {
  if (!isIPv6(address)) return address;
  const [head = [], tail] = address
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? 0 : GROUPS - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...(tail ?? [])];
  return `${groups.slice(0, length).join(':')}::`;
}

export function isOwnMachine(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** Crowds of one kind are apart from those of another. */
function crowdOf(kind: string, name: string): string {
  return `${kind} ${hashOf(name, CROWD_BYTES)}`;
}

function hashOf(text: string, length: number): string {
  return toHex(hmacSha256(SECRET, utf8(text)).subarray(0, length));
}
