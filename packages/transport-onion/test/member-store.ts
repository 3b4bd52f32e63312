import { type Bytes, equalBytes, toBase64, toHex, utf8 } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519PublicToX25519, ed25519Sign, ed25519Verify } from '@sotto/crypto';
import {
  type ClientRequest,
  type DeleteRequest,
  decodeSubaccountToken,
  deletedText,
  deleteText,
  HARDFORK,
  namespaceRules,
  type RequestAuth,
  type RetrieveRequest,
  retrieveText,
  SIGNATURE_TOLERANCE,
  type SingleRequest,
  type StoreRequest,
  SUBACCOUNT_ACCESS,
  storeText,
  type TimedAuth,
} from '@sotto/protocol';
import { hashOf } from '../src/store-durably.ts';

export interface RpcReply {
  readonly status: number;
  readonly body: object | string;
}

export interface KeptMessage {
  readonly hash: string;
  readonly timestamp: number;
  readonly expiration: number;
  readonly data: Bytes;
  /** Absent where anybody may store. */
  readonly signedAt?: number;
}

/** What one member of a swarm keeps, without a disk. */
export interface MemberStore {
  answer(request: ClientRequest): Promise<RpcReply>;
  /** Everything in a box, in the order it came. */
  box(key: Uint8Array, namespace: number): KeptMessage[];
  keep(request: StoreRequest): object;
  remove(request: DeleteRequest): object;
  /** Makes an entry of a `store` reply other than it should be. */
  forge?: (hash: string) => object | undefined;
  /** Rows are kept, but nothing that comes is. */
  deaf: boolean;
  /** Makes other data of what it gives out. */
  alter?: (data: Bytes) => Bytes;
  /** Like original nodes: cannot replace the only message of an outbox. */
  cannotReplace: boolean;
  /** Ignores `wait`, as original nodes do. */
  impatient: boolean;
  readonly key: Bytes;
}

export function createMemberStore(parts: {
  readonly keys: Ed25519KeyPair;
  readonly now: () => number;
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  readonly peers: (key: Bytes) => readonly { readonly store: MemberStore; readonly alive: boolean }[];
  readonly keeps: (key: Bytes) => boolean;
}): MemberStore {
  const { keys, now, after, peers, keeps } = parts;
  const boxes = new Map<string, KeptMessage[]>();
  const waiting = new Map<string, Set<() => void>>();
  const told = () => ({ t: now(), hf: HARDFORK });

  const store: MemberStore = {
    key: keys.publicKey,
    deaf: false,
    cannotReplace: false,
    impatient: false,
    box: (key, namespace) => boxOf(`${toHex(key)} ${namespace}`),
    keep(request) {
      const name = `${toHex(request.mailbox)} ${request.namespace}`;
      const hash = hashOf(request.mailbox, request.namespace, request.data);
      const forged = store.forge?.(hash);
      if (forged) return forged;
      if (store.deaf) return { failed: true, timeout: true };
      const box = boxOf(name);
      const already = box.some((message) => message.hash === hash);
      if (!already) {
        const { outbox } = namespaceRules(request.namespace);
        if (outbox && box.length > 0 && store.cannotReplace) {
          return { failed: true, reason: 'FOREIGN KEY constraint failed' };
        }
        const signedAt = request.auth?.signedAt ?? 0;
        if (outbox && box.some((there) => (there.signedAt ?? 0) >= signedAt)) {
          return { failed: true, code: 409, reason: 'a newer message is stored' };
        }
        if (outbox) box.splice(0);
        const { timestamp, expiry: expiration, data } = request;
        box.push({ hash, timestamp, expiration, data, ...(outbox ? { signedAt } : {}) });
        for (const wake of [...(waiting.get(name) ?? [])]) wake();
      }
      return { hash, already, signature: toBase64(ed25519Sign(keys.secretKey, utf8(hash))) };
    },
    remove(request) {
      if (store.deaf) return { failed: true, timeout: true };
      const deleted = new Set<string>();
      for (const [name, box] of boxes) {
        if (!name.startsWith(toHex(request.mailbox))) continue;
        for (const { hash } of box) if (request.hashes.includes(hash)) deleted.add(hash);
        boxes.set(
          name,
          box.filter(({ hash }) => !request.hashes.includes(hash)),
        );
      }
      const sorted = [...deleted].sort();
      const text = deletedText(toHex(request.mailbox), request.hashes, sorted);
      return { deleted: sorted, signature: toBase64(ed25519Sign(keys.secretKey, text)) };
    },
    async answer(request) {
      if (request.method === 'ifelse') return { status: 400, body: 'no method ifelse' };
      if (!('requests' in request)) return answerOne(request);
      const results: { code: number; body: object | string }[] = [];
      for (const one of request.requests) {
        const { status, body } = await answerOne(one);
        results.push({ code: status, body });
        if (request.method === 'sequence' && status >= 300) break;
      }
      return { status: 200, body: { results } };
    },
  };

  function boxOf(name: string): KeptMessage[] {
    const box = boxes.get(name) ?? [];
    boxes.set(name, box);
    return box;
  }

  async function answerOne(request: SingleRequest): Promise<RpcReply> {
    if (!('mailbox' in request)) return { status: 400, body: `no method ${request.method}` };
    if (!keeps(request.mailbox)) return { status: 421, body: { snodes: [], swarm: 'f', ...told() } };
    switch (request.method) {
      case 'store':
        return storeEverywhere(request);
      case 'retrieve':
        return retrieve(request);
      case 'delete':
        if (!isSigned(request.mailbox, request.auth, deleteText(request.hashes))) {
          return { status: 401, body: 'bad signature' };
        }
        return {
          status: 200,
          body: { swarm: everywhere(request.mailbox, (each) => each.remove(request)), ...told() },
        };
      default:
        return { status: 400, body: `no method ${request.method}` };
    }
  }

  function storeEverywhere(request: StoreRequest): RpcReply {
    if (Math.abs(request.timestamp - now()) > 10_000 && request.timestamp > now()) {
      return { status: 406, body: 'Timestamp error: check your clock' };
    }
    if (!namespaceRules(request.namespace).openStore) {
      const refused = checkTimed(request.mailbox, request.auth, (at) => storeText(request.namespace, at));
      if (refused) return refused;
    }
    const hash = hashOf(request.mailbox, request.namespace, request.data);
    return {
      status: 200,
      body: { hash, swarm: everywhere(request.mailbox, (each) => each.keep(request)), ...told() },
    };
  }

  function everywhere(key: Bytes, act: (each: MemberStore) => object): object {
    return Object.fromEntries(
      peers(key).map((peer) => [
        toHex(peer.store.key),
        peer.alive ? act(peer.store) : { failed: true, timeout: true },
      ]),
    );
  }

  async function retrieve(request: RetrieveRequest): Promise<RpcReply> {
    if (!namespaceRules(request.namespace).openRetrieve) {
      const refused = checkTimed(request.mailbox, request.auth, (at) => retrieveText(request.namespace, at));
      if (refused) return refused;
    }
    const name = `${toHex(request.mailbox)} ${request.namespace}`;
    if (request.wait && !store.impatient && page(name, request).messages.length === 0) {
      await waitFor(name, request.wait);
    }
    return { status: 200, body: { ...page(name, request), ...told() } };
  }

  function page(name: string, { lastHash, maxCount = 100 }: RetrieveRequest) {
    const box = boxOf(name);
    const from = box.findIndex(({ hash }) => hash === lastHash) + 1;
    const messages = box.slice(from, from + maxCount);
    return {
      messages: messages.map(({ hash, timestamp, expiration, data }) => ({
        ...{ hash, timestamp, expiration },
        data: toBase64(store.alter?.(data) ?? data),
      })),
      more: box.length > from + maxCount,
    };
  }

  function waitFor(name: string, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const sleepers = waiting.get(name) ?? new Set();
      waiting.set(name, sleepers);
      const wake = () => {
        sleepers.delete(wake);
        cancel();
        resolve();
      };
      const cancel = after(milliseconds, wake);
      sleepers.add(wake);
    });
  }

  function checkTimed(
    mailbox: Bytes,
    auth: TimedAuth | undefined,
    text: (at: number) => Bytes,
  ): RpcReply | undefined {
    if (!auth) return { status: 401, body: 'signature missing' };
    if (Math.abs(auth.signedAt - now()) > SIGNATURE_TOLERANCE)
      return { status: 406, body: 'check your clock' };
    return isSigned(mailbox, auth, text(auth.signedAt)) ? undefined : { status: 401, body: 'bad signature' };
  }

  return store;
}

function isSigned(mailbox: Bytes, { signature, ed25519, subaccount }: RequestAuth, text: Bytes): boolean {
  const key = mailbox.subarray(1);
  if (subaccount !== undefined) {
    const token = decodeSubaccountToken(subaccount.token);
    const may = text.length > 8 && new TextDecoder().decode(text).startsWith('retrieve');
    return (
      may &&
      token.prefix === mailbox[0] &&
      (token.access & SUBACCOUNT_ACCESS.read) !== 0 &&
      ed25519Verify(key, subaccount.token, subaccount.signature) &&
      ed25519Verify(token.ed25519, text, signature)
    );
  }
  if (ed25519 === undefined) return ed25519Verify(key, text, signature);
  const converted = ed25519PublicToX25519(ed25519);
  return converted !== undefined && equalBytes(converted, key) && ed25519Verify(ed25519, text, signature);
}
