import { type Bytes, fromBase64, toBase64, toHex, utf8 } from '@sotto/bytes';
import { blake2b, ed25519Sign } from '@sotto/crypto';
import {
  type ClientRequest,
  HARDFORK,
  MESSAGE_HASH_BYTES,
  messageHashInput,
  messageHashText,
  NAMESPACE,
  type RetrieveRequest,
  type StoreRequest,
} from '@sotto/protocol';
import type { Person } from '../evil/person.ts';
import type { Liar, NodeMeddling, RpcReply } from './front.ts';

/** What storage nodes answer, true and false. */

export function hashOf(key: Bytes, namespace: number, data: Bytes): string {
  return messageHashText(blake2b(MESSAGE_HASH_BYTES, messageHashInput(key, namespace, data)));
}

export const signed = ({ keys }: Pick<Liar, 'keys'>, text: string): string =>
  toBase64(ed25519Sign(keys.ed25519.secretKey, utf8(text)));

/** An answer to `store` in which these claim to have it, each with a signature of their own. */
export function storedBy(liars: readonly Pick<Liar, 'keys'>[], request: StoreRequest, now: number): RpcReply {
  const hash = hashOf(request.mailbox, request.namespace, request.data);
  const swarm = Object.fromEntries(
    liars.map((liar) => [
      toHex(liar.keys.ed25519.publicKey),
      { hash, signature: signed(liar, hash), already: false },
    ]),
  );
  return { status: 200, body: { hash, swarm, t: now, hf: HARDFORK } };
}

/** A message of the contacts' or the strangers' mailbox that somebody stores. */
export function isMailStore(request: ClientRequest): request is StoreRequest {
  return request.method === 'store' && request.namespace === NAMESPACE.contacts;
}

export function isRecordRead(request: ClientRequest): request is RetrieveRequest {
  return request.method === 'retrieve' && request.namespace === NAMESPACE.record;
}

function isMailRead(request: ClientRequest): boolean {
  if ('requests' in request) return request.requests.some(isMailRead);
  return request.method === 'retrieve' && request.namespace === NAMESPACE.contacts;
}

export interface KeptMessage {
  readonly hash: string;
  readonly timestamp: number;
  readonly expiration: number;
  readonly data: string;
}

export interface Page {
  readonly messages: readonly KeptMessage[];
  readonly more: boolean;
}

export interface Showing {
  /** Whose mailbox; all, without. */
  readonly of?: (mailbox: Bytes) => boolean;
  /** So many nodes lie: those that first have the occasion. */
  readonly liars?: number;
  readonly changed?: () => void;
}

/** A mailbox is shown otherwise than it is. `change` gives nothing where there is nothing to lie about. */
export function showingMail(
  change: (page: Page, request: RetrieveRequest) => Page | undefined,
  { of = () => true, liars = Number.POSITIVE_INFINITY, changed = () => undefined }: Showing = {},
): NodeMeddling {
  const chosen = new Set<number>();
  return {
    rpc(request, honest, { number }) {
      if (!isMailRead(request)) return undefined;
      const inner = 'requests' in request ? request.requests.at(-1) : request;
      if (inner?.method !== 'retrieve' || !of(inner.mailbox)) return undefined;
      return honest().then((reply) => {
        const page = pageIn(reply);
        const other = page && change(page, inner);
        if (other === undefined || !(chosen.has(number) || chosen.size < liars)) return reply;
        chosen.add(number);
        changed();
        return withPage(reply, other);
      });
    },
  };
}

/** Pieces of files are shown otherwise than they are. */
export function showingChunks(change: (message: KeptMessage) => KeptMessage | undefined): NodeMeddling {
  return {
    rpc(request, honest) {
      if (request.method !== 'retrieve' || request.namespace <= LAST_OF_MAIL) return undefined;
      return honest().then((reply) => {
        const page = pageIn(reply);
        return page === undefined
          ? reply
          : withPage(reply, { ...page, messages: page.messages.flatMap((one) => change(one) ?? []) });
      });
    },
  };
}

/** Files lie in namespaces above. */
const LAST_OF_MAIL = 1000;

/** The mailboxes of a person that another one writes to. */
export async function mailboxesOf(person: Person, { store }: Person): Promise<(mailbox: Bytes) => boolean> {
  const told = (await store.contact(person.account))?.mailboxes ?? [];
  const names = new Set([person.account, ...told.map(({ address }) => toHex(address))]);
  return (mailbox) => names.has(toHex(mailbox));
}

interface Batch {
  readonly results: readonly { readonly code: number; readonly body: unknown }[];
}

const isBatch = (body: unknown): body is Batch =>
  typeof body === 'object' && body !== null && 'results' in body;

function pageIn({ status, body }: RpcReply): Page | undefined {
  const page = isBatch(body) ? body.results[1]?.body : body;
  const isPage = status === 200 && typeof page === 'object' && page !== null && 'messages' in page;
  return isPage ? (page as Page) : undefined;
}

function withPage({ status, body }: RpcReply, page: Page): RpcReply {
  if (!isBatch(body)) return { status, body: { ...(body as object), ...page } };
  const results = body.results.map((result, at) =>
    at === 1 ? { ...result, body: { ...(result.body as object), ...page } } : result,
  );
  return { status, body: { results } };
}

export const dataOf = ({ data }: KeptMessage): Bytes => fromBase64(data);

/** A message of the liar's own making, named truthfully. */
export function invented(request: RetrieveRequest, data: Bytes, now: number): KeptMessage {
  const hash = hashOf(request.mailbox, request.namespace, data);
  return { hash, timestamp: now, expiration: now + 86_400_000, data: toBase64(data) };
}
