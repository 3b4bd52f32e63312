import type { Http2Session } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { type Bytes, toHex } from '@sotto/bytes';
import { MAX_LINK_STREAMS } from '../constants.ts';
import type { NodeKeys } from '../data/node-keys.ts';
import type { Events } from '../events.ts';
import { formatProof, parseProof, proveLink, verifyLink } from './proof.ts';

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

  /** The answer to a hello, or `undefined` for whoever is no node of the directory or not the one it says. */
  hello(session: Http2Session, body: Uint8Array): Buffer | undefined {
    const { keys, events, listed, arrived } = this.#options;
    const proof = parseProof(body);
    const socket = session.socket as TLSSocket;
    if (proof === undefined || !listed(toHex(proof.key)) || !this.#isProven(socket, proof)) {
      events.count('link-refused');
      return undefined;
    }
    if (!this.#peers.has(session)) {
      session.once('close', () => this.#peers.delete(session));
      session.settings({ maxConcurrentStreams: MAX_LINK_STREAMS });
    }
    this.#peers.set(session, toHex(proof.key));
    events.count('link-accepted');
    arrived(proof.key);
    return formatProof(proveLink(socket, keys, 'accept', proof.key));
  }

  #isProven(socket: TLSSocket, proof: NonNullable<ReturnType<typeof parseProof>>): boolean {
    try {
      return verifyLink(socket, proof, 'dial', this.#options.keys.ed25519);
    } catch {
      // Not TLS 1.3, or gone already.
      return false;
    }
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
