import { Agent, request as requestHttps } from 'node:https';
import { type Bytes, fromHex, toBase64, toHex, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, ed25519Sign, randomBytes } from '@sotto/crypto';
import { STORAGE_PATH } from '@sotto/protocol';

/** Where a storage node listens. */
export interface NodePlace {
  readonly ip: string;
  readonly https_port: number;
}

/** What a member said that it did. */
export interface MemberSaid {
  readonly hash?: string;
  readonly failed?: boolean;
}

/** A mailbox under a bare Ed25519 key, used by the storage RPC alone: who asks which member decides. */
export interface MailboxOwner {
  readonly mailbox: Bytes;
  /** What each member said, and the hash. */
  store(
    at: NodePlace,
    text: string,
  ): Promise<{ readonly hash: string; readonly members: readonly MemberSaid[] }>;
  remove(at: NodePlace, hashes: readonly string[]): Promise<void>;
  /** All texts that one member has, sorted; nothing when it does not answer. */
  read(at: NodePlace): Promise<readonly string[]>;
}

const NAMESPACE = 40;

export function createMailboxOwner(): MailboxOwner {
  const pair = ed25519KeyPair(randomBytes(32));
  const pubkey = `03${toHex(pair.publicKey)}`;
  const signed = (text: string, params: object) => ({
    ...{ pubkey, ...params },
    signature: toBase64(ed25519Sign(pair.secretKey, utf8(text))),
  });
  return {
    mailbox: fromHex(pubkey),
    async store(at, text) {
      const params = { pubkey, namespace: NAMESPACE, timestamp: Date.now(), ttl: 3_600_000 };
      const body = await call(at, 'store', { ...params, data: toBase64(utf8(text)) });
      const { hash, swarm } = body as { hash?: string; swarm?: Readonly<Record<string, MemberSaid>> };
      if (hash === undefined) throw new Error('the member that was asked has not stored it');
      return { hash, members: Object.values(swarm ?? {}) };
    },
    async remove(at, messages) {
      await call(at, 'delete', signed(`delete${messages.join('')}`, { messages }));
    },
    async read(at) {
      const timestamp = Date.now();
      const params = { namespace: NAMESPACE, timestamp, max_size: -1 };
      const asked = call(at, 'retrieve', signed(`retrieve${NAMESPACE}${timestamp}`, params));
      const body = (await asked.catch(() => ({}))) as { messages?: readonly { readonly data: string }[] };
      return (body.messages ?? []).map(({ data }) => Buffer.from(data, 'base64').toString()).sort();
    },
  };
}

const agent = new Agent({ rejectUnauthorized: false, keepAlive: false });

function call({ ip, https_port }: NodePlace, method: string, params: object): Promise<unknown> {
  const body = JSON.stringify({ method, params });
  return new Promise((resolve, reject) => {
    const request = requestHttps(
      {
        ...{ host: ip, port: https_port, path: STORAGE_PATH, method: 'POST', agent },
        headers: { 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString();
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${method} was answered with ${response.statusCode}: ${text}`));
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
