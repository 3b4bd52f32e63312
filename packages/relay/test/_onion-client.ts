import { type Bytes, concatBytes, toHex, utf8 } from '@sotto/bytes';
import {
  aes256GcmOpen,
  aes256GcmSeal,
  hmacSha256,
  randomBytes,
  sha256,
  x25519,
  x25519KeyPair,
} from '@sotto/crypto';
import {
  buildOnionRequest,
  nodeKeysFromSeed,
  type OnionRequest,
  type OpenedReply,
  peelLayer,
  readClientRequest,
} from '@sotto/onion';
import { decodeServerReply, parseJson, parseRelayInfo, type ServerReply } from '@sotto/protocol';
import { ask, type RawReply } from './_raw-client.ts';
import type { TestRelay } from './_test-relay.ts';

const HOP = nodeKeysFromSeed(sha256(utf8('the one hop of a test')));

export async function onionKeyOf(relay: TestRelay): Promise<Bytes> {
  const { body } = await ask(relay, { verb: 'GET', path: '/v1/sotto/relay' });
  const { onionKey } = parseRelayInfo(parseJson(body));
  if (onionKey === undefined) throw new Error('a relay without an onion key');
  return onionKey;
}

export interface ThroughRequest {
  readonly method: string;
  readonly endpoint: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Bytes;
}

export interface PeeledRequest {
  /** What the last hop posts to the relay. */
  readonly forward: Bytes;
  open(answer: Uint8Array): OpenedReply;
}

/** A request of our own client's making, as far as the last hop, which is played by the test. */
export function buildRequest(
  x25519Key: Bytes,
  { method, endpoint, headers = {}, body }: ThroughRequest,
  options: Partial<Pick<OnionRequest, 'now' | 'pad' | 'wrap' | 'encryption'>> = {},
): PeeledRequest {
  const built = buildOnionRequest({
    path: [{ ed25519: HOP.ed25519.publicKey, x25519: HOP.x25519.publicKey }],
    destination: {
      kind: 'server',
      protocol: 'https',
      host: 'relay.example',
      port: 443,
      x25519: x25519Key,
      request: { method, endpoint, headers, ...(body && { body }) },
    },
    encryption: 'xchacha20',
    now: Date.now(),
    pad: true,
    wrap: false,
    random: randomBytes,
    ...options,
  });
  const peeled = peelLayer(readClientRequest(built.body), HOP.x25519, randomBytes);
  if (peeled.outcome !== 'server') throw new Error(peeled.outcome);
  return { forward: peeled.forward, open: (answer) => built.open(answer) };
}

/** What the last hop does. */
export function post(relay: TestRelay, forward: Bytes): Promise<RawReply> {
  return ask(relay, { verb: 'POST', path: '/oxen/v4/lsrpc', body: forward });
}

/** There and back; the answer must be sealed. */
export async function askThrough(
  relay: TestRelay,
  request: ThroughRequest,
  options: Parameters<typeof buildRequest>[2] = {},
): Promise<Extract<OpenedReply, { outcome: 'opened' }>> {
  const built = buildRequest(await onionKeyOf(relay), request, options);
  const { status, body } = await post(relay, built.forward);
  const opened = status === 200 ? built.open(body) : undefined;
  if (opened?.outcome !== 'opened') throw new Error(`status ${status}, ${opened?.outcome}`);
  return opened;
}

/**
 * The same by the protocol's description alone (reference: session-protocol §2.1, §2.2, §2.5), as a
 * client of another make would: AES-GCM, `plaintext` is what the relay decrypts.
 */
export function sealByHand(
  x25519Key: Bytes,
  plaintext: Bytes,
): { readonly forward: Bytes; open(answer: Bytes): ServerReply } {
  const ephemeral = x25519KeyPair(randomBytes(32));
  const shared = x25519(ephemeral.secretKey, x25519Key);
  if (shared === undefined) throw new Error('no key');
  const key = hmacSha256(utf8('LOKI'), shared);
  const nonce = randomBytes(12);
  const blob = concatBytes(nonce, aes256GcmSeal({ key, nonce, plaintext }));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, blob.length, true);
  const json = { host: 'relay.example', target: '/oxen/v4/lsrpc', ephemeral_key: toHex(ephemeral.publicKey) };
  return {
    forward: concatBytes(length, blob, utf8(JSON.stringify(json))),
    open: (answer) => {
      const opened = aes256GcmOpen({ key, nonce: answer.slice(0, 12), ciphertext: answer.slice(12) });
      if (opened === undefined) throw new Error('not sealed for us');
      return decodeServerReply(opened);
    },
  };
}
