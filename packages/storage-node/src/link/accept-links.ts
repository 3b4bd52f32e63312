import type { Http2Session, ServerHttp2Session } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { type Bytes, toHex } from '@sotto/bytes';
import { LINK_WINDOW } from '../constants.ts';
import type { NodeKeys } from '../data/node-keys.ts';
import type { Events } from '../events.ts';
import { exportSecret, formatProof, type LinkProof, parseProof, proveLink, verifyLink } from './proof.ts';

export interface AcceptLinksOptions {
  readonly keys: NodeKeys;
  readonly events: Events;
  /** Whether the node with this key (hex) is in the directory now. */
  listed(key: string): boolean;
  /** A node has proved itself. */
  arrived(key: Bytes): void;
}

/** Knows which of the connections made to this node are links, and of whom. */
export class AcceptedLinks {
  readonly #options: AcceptLinksOptions;
  readonly #peers = new Map<Http2Session, string>();

  constructor(options: AcceptLinksOptions) {
    this.#options = options;
  }

  /** Connections that other nodes have opened. */
  get count(): number {
    return this.#peers.size;
  }

  /** The answer to a hello, or `undefined` for whoever is no node of the directory or not the one it says. */
  hello(session: Http2Session, body: Uint8Array): Buffer | undefined {
    const { keys, events, arrived } = this.#options;
    const proof = parseProof(body);
    const exported = exportSecret(session.socket as TLSSocket);
    if (proof === undefined || exported === undefined || !this.#isNode(proof, exported)) {
      events.count('link-refused');
      return undefined;
    }
    if (!this.#peers.has(session)) {
      session.once('close', () => this.#peers.delete(session));
      session.settings({ initialWindowSize: LINK_WINDOW });
      (session as ServerHttp2Session).setLocalWindowSize(LINK_WINDOW);
    }
    this.#peers.set(session, toHex(proof.key));
    events.count('link-accepted');
    arrived(proof.key);
    return formatProof(proveLink(exported, keys, 'accept', proof.key));
  }

  #isNode(proof: LinkProof, exported: Bytes): boolean {
    const { keys, listed } = this.#options;
    return listed(toHex(proof.key)) && verifyLink(exported, proof, 'dial', keys.ed25519);
  }

  /** The key (hex) of the node at the other end, if it has proved it and is in the directory now. */
  nodeAt(session: Http2Session): string | undefined {
    const key = this.#peers.get(session);
    return key !== undefined && this.#options.listed(key) ? key : undefined;
  }

  /** End the links of nodes that have left the directory. */
  dropUnlisted(): void {
    for (const [session, key] of this.#peers) if (!this.#options.listed(key)) session.close();
  }
}
