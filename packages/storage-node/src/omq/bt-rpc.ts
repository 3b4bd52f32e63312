import {
  type Bencodable,
  type BencodedValue,
  type Bytes,
  decodeBencoded,
  encodeBencoded,
  fromBase64,
  fromHex,
  fromUtf8,
  toBase64,
  toHex,
} from '@sotto/bytes';

/**
 * Requests and replies of the storage RPC in bencoding, where bytes are bytes, and as JSON values, where they are
 * hexadecimal or base64 (session-protocol §3.1). Which members are bytes goes by their names, whatever the method.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

const KEYS: ReadonlySet<string> = new Set(['pubkey', 'pubKey', 'pubkey_ed25519']);
const BYTES: ReadonlySet<string> = new Set([
  ...['signature', 'subaccount', 'subaccount_sig', 'data', 'revoke', 'unrevoke'],
]);
const TRUTHS: ReadonlySet<string> = new Set([
  ...['required', 'shorten', 'extend', 'already', 'failed', 'timeout', 'more'],
  ...['bad_peer_response', 'query_failure'],
]);

/** Of a request: as deep as JSON may be, of which it becomes one, and the hashes of as many messages as may be. */
const REQUEST_LIMITS = { depth: 16, values: 30_000 };

/** Lengths of keys as bytes; a longer one is in hexadecimal already. */
const MOST_KEY_BYTES = 33;

/** `params` that came bencoded, as JSON has them. Throws BytesError. */
export function readBtParams(bytes: Uint8Array): JsonObject {
  return objectOf(decodeBencoded(bytes, REQUEST_LIMITS), (name, value) => {
    if (KEYS.has(name)) return value.length <= MOST_KEY_BYTES ? toHex(value) : fromUtf8(value);
    return BYTES.has(name) ? toBase64(value) : fromUtf8(value);
  });
}

/** `params` as `formatClientRequest` writes them, bencoded. Throws BytesError when they are of another form. */
export function writeBtParams(params: JsonObject): Bytes {
  return encodeBencoded(
    bencodable('', params, (name, text) => {
      if (KEYS.has(name)) return fromHex(text);
      return BYTES.has(name) ? fromBase64(text) : text;
    }),
  );
}

/** What a member of the swarm has answered, as JSON has it. Throws BytesError. */
export function readBtReply(bytes: Uint8Array): JsonObject {
  return objectOf(decodeBencoded(bytes, REQUEST_LIMITS), (name, value) =>
    BYTES.has(name) ? toBase64(value) : fromUtf8(value),
  );
}

/** The body of an answer, bencoded. */
export function writeBtReply(body: JsonObject): Bytes {
  return encodeBencoded(bencodable('', body, (name, text) => (BYTES.has(name) ? fromBase64(text) : text)));
}

type ReadBytes = (name: string, value: Bytes) => string;

function objectOf(value: BencodedValue, read: ReadBytes): JsonObject {
  const json = jsonOf('', value, read);
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : {};
}

function jsonOf(name: string, value: BencodedValue, read: ReadBytes): unknown {
  if (value instanceof Uint8Array) return read(name, value);
  if (value instanceof Map) {
    const members = [...(value as ReadonlyMap<string, BencodedValue>)];
    return Object.fromEntries(members.map(([key, member]) => [key, jsonOf(key, member, read)]));
  }
  if (typeof value === 'object') {
    return (value as readonly BencodedValue[]).map((item) => jsonOf(name, item, read));
  }
  // JSON has no larger ones; what follows refuses them by their size.
  const number = Number(value);
  return TRUTHS.has(name) && (number === 0 || number === 1) ? number === 1 : number;
}

type WriteText = (name: string, text: string) => Bencodable;

function bencodable(name: string, value: unknown, write: WriteText): Bencodable {
  if (typeof value === 'string') return write(name, value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  if (Array.isArray(value)) return value.map((item) => bencodable(name, item, write));
  const members = Object.entries(value ?? {}).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(members.map(([key, member]) => [key, bencodable(key, member, write)]));
}
