import { type BencodedValue, type Bytes, concatBytes, toHex, utf8 } from '@sotto/bytes';
import { ed25519PublicToX25519 } from '@sotto/crypto';
import { NAMESPACE_MAX, NAMESPACE_MIN, type RequestAuth, SUBACCOUNT_TOKEN_BYTES } from '@sotto/protocol';
import { MAX_MONITORED_NAMESPACES, MONITOR_SIGNATURE } from '../constants.ts';
import type { Subscription } from './monitors.ts';

/** Why a subscription is refused: numbers of the protocol (§3.8). */
export const MONITOR_REFUSAL = {
  arguments: 1,
  pubkey: 2,
  namespaces: 3,
  timestamp: 4,
  signature: 5,
  swarm: 6,
} as const;

export interface Refused {
  readonly errcode: number;
  readonly error: string;
}

/** A subscription with what remains to be checked of it. */
export interface SignedSubscription extends Subscription {
  readonly auth: RequestAuth;
  /** What was signed. */
  readonly text: Bytes;
}

export function refused(why: keyof typeof MONITOR_REFUSAL, error: string): Refused {
  return { errcode: MONITOR_REFUSAL[why], error };
}

const ACCOUNT_PREFIX = 0x05;

type Dict = ReadonlyMap<string, BencodedValue>;

/** Read one dictionary of `monitor.messages`; its signature is not verified. `now` in milliseconds. */
export function readSubscription(value: BencodedValue, now: number): SignedSubscription | Refused {
  if (!(value instanceof Map)) return refused('arguments', 'Invalid arguments: not a dict');
  const dict = value as Dict;
  const owner = readOwner(dict);
  if ('errcode' in owner) return owner;
  const subaccount = readSubaccount(dict);
  if ('errcode' in subaccount) return subaccount;
  const namespaces = readNamespaces(dict.get('n'));
  if ('errcode' in namespaces) return namespaces;
  const [signature, time, data = 0] = [dict.get('s'), dict.get('t'), dict.get('d')];
  if (!(signature instanceof Uint8Array) || typeof time !== 'number' || (data !== 0 && data !== 1)) {
    return refused('arguments', 'Invalid arguments: s, t or d is missing or of another type');
  }
  if (signature.length !== 64) return refused('signature', 'Provided s= signature must be 64 bytes');
  const { past, ahead } = MONITOR_SIGNATURE;
  const early = time * 1000 < now - past;
  if (early || time * 1000 > now + ahead) {
    return refused('timestamp', `Invalid t= signature timestamp: ${early ? 'too old' : 'in the future'}`);
  }
  const { mailbox, ed25519 } = owner;
  const signed = `MONITOR${toHex(mailbox)}${time}${data}${namespaces.join(',')}`;
  return {
    ...{ mailbox, namespaces, withData: data === 1, text: utf8(signed) },
    auth: { signature, ...subaccount, ...(ed25519 === undefined ? {} : { ed25519 }) },
  };
}

/** `p` is a mailbox; `P` the Ed25519 key of an account whose mailbox is its X25519 form. */
function readOwner(dict: Dict): { readonly mailbox: Bytes; readonly ed25519?: Bytes } | Refused {
  const [mailbox, ed25519] = [dict.get('p'), dict.get('P')];
  if ((mailbox === undefined) === (ed25519 === undefined)) {
    return refused('arguments', 'Invalid arguments: exactly one of p= and P= must be given');
  }
  if (mailbox !== undefined) {
    if (mailbox instanceof Uint8Array && mailbox.length === 33) return { mailbox };
    return refused('pubkey', 'Provided p= pubkey must be 33 bytes');
  }
  if (!(ed25519 instanceof Uint8Array) || ed25519.length !== 32) {
    return refused('pubkey', 'Provided P= Session Ed25519 pubkey must be 32 bytes');
  }
  const x25519 = ed25519PublicToX25519(ed25519);
  if (x25519 === undefined) return refused('pubkey', 'Invalid P= ed25519 public key');
  return { mailbox: concatBytes(Uint8Array.of(ACCOUNT_PREFIX), x25519), ed25519 };
}

function readSubaccount(dict: Dict): Pick<RequestAuth, 'subaccount'> | Refused {
  const [signature, token] = [dict.get('S'), dict.get('T')];
  if (signature === undefined) return {};
  if (!(signature instanceof Uint8Array) || signature.length !== 64) {
    return refused('pubkey', 'Provided S subaccount signature must be 64 bytes');
  }
  if (token === undefined) return refused('arguments', 'Invalid arguments: T is missing');
  if (!(token instanceof Uint8Array) || token.length !== SUBACCOUNT_TOKEN_BYTES) {
    return refused('pubkey', `Provided T subaccount token must be ${SUBACCOUNT_TOKEN_BYTES} bytes`);
  }
  return { subaccount: { token, signature } };
}

function readNamespaces(value: BencodedValue | undefined): readonly number[] | Refused {
  const list = Array.isArray(value) ? (value as readonly BencodedValue[]) : [];
  const numbers = list.filter((one): one is number => typeof one === 'number');
  const outside = numbers.some((one) => one < NAMESPACE_MIN || one > NAMESPACE_MAX);
  if (numbers.length === 0 || numbers.length !== list.length || outside) {
    return refused('arguments', 'Invalid arguments: n is missing or no list of namespaces');
  }
  const ascends = numbers.every((one, at) => at === 0 || one > (numbers[at - 1] as number));
  if (ascends && numbers.length <= MAX_MONITORED_NAMESPACES) return numbers;
  return refused('namespaces', 'Invalid n= namespace list: namespaces must be ascending');
}
