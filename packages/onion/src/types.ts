import type { Bytes } from '@sotto/bytes';

/** The two ways a layer can be encrypted (reference: session-protocol §2.2); the obsolete third is refused. */
export type EncryptionType = 'aes-gcm' | 'xchacha20';

/** What must be known of a node to send through it. */
export interface OnionHop {
  /** 32 bytes; how the hop before names it. */
  readonly ed25519: Bytes;
  /** 32 bytes; its layer is encrypted to it. */
  readonly x25519: Bytes;
}

/** One HTTP request to a server, as its v4 endpoint reads it (reference §2.5). */
export interface ServerRequest {
  readonly method: string;
  /** Begins with `/`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Present for POST and PUT, absent for GET and DELETE. */
  readonly body?: Bytes;
}

export type OnionDestination =
  /** A storage node; `rpc` is the UTF-8 of `{"method","params"}`. */
  | { readonly kind: 'node'; readonly hop: OnionHop; readonly rpc: Bytes }
  /** A server that speaks v4 at `/oxen/v4/lsrpc`, reached from the last hop. */
  | {
      readonly kind: 'server';
      readonly protocol: 'http' | 'https';
      readonly host: string;
      readonly port: number;
      /** 32 bytes. */
      readonly x25519: Bytes;
      readonly request: ServerRequest;
    };

export interface OnionRequest {
  /** The guard first; the destination is not among them. One to seven. */
  readonly path: readonly OnionHop[];
  readonly destination: OnionDestination;
  readonly encryption: EncryptionType;
  /** Network time in milliseconds: every layer says its minute, so that our nodes can refuse what is old. */
  readonly now: number;
  /** Fill the innermost text to 4, 32 or 112 KiB and have the reply filled likewise. */
  readonly pad: boolean;
  /** Ask every hop to encrypt the reply once more, so that no two links carry the same bytes. */
  readonly wrap: boolean;
  readonly random: (length: number) => Bytes;
}

export interface BuiltOnionRequest {
  /** Body of `POST /onion_req/v2` to the guard. */
  readonly body: Bytes;
  /** Read what came back with HTTP 200. Any hop may have wrapped it or not. */
  open(reply: Uint8Array): OpenedReply;
}

export type OpenedReply =
  | {
      readonly outcome: 'opened';
      readonly status: number;
      /** Lower-case names; only servers send any. */
      readonly headers: Readonly<Record<string, string>>;
      /** UTF-8 of a node's JSON reply, or a server's body. */
      readonly body: Bytes;
    }
  /** Nobody on the path has made this with the right keys. */
  | { readonly outcome: 'unreadable' };

/** What the JSON beside a layer's ciphertext says to whoever opens the layer. */
export interface LayerKeys {
  readonly ephemeralKey: Bytes;
  readonly encryption: EncryptionType;
}

/** An onion request as a node gets it: from a client as a whole, from the hop before in parts. */
export interface IncomingLayer extends LayerKeys {
  readonly ciphertext: Bytes;
  /** At least 1 from a node; what a client says, else 0. */
  readonly hopNumber: number;
}

/** A layer that was opened with a node's key. `minute`: Unix minutes as its maker said, absent from original clients. */
export type PeeledLayer =
  | {
      readonly outcome: 'destination';
      readonly minute?: number;
      /** UTF-8 of `{"method","params"}`. */
      readonly rpc: Bytes;
      /** Body of the HTTP 200 that goes back: status and reply text, encrypted, base64 unless the client wants raw bytes. */
      seal(reply: { readonly status: number; readonly body: Bytes }): Bytes;
    }
  | {
      readonly outcome: 'server';
      readonly minute?: number;
      readonly protocol: 'http' | 'https';
      readonly host: string;
      readonly port: number;
      readonly target: string;
      /** The whole opened plaintext, which is what the server is sent. */
      readonly forward: Bytes;
      /** What goes back for what the server answered: wrapped when that was asked for, else as it is. */
      wrap(reply: Bytes): Bytes;
    }
  | {
      readonly outcome: 'relay';
      readonly minute?: number;
      /** Ed25519 key of the next node. */
      readonly next: Bytes;
      readonly layer: IncomingLayer;
      wrap(reply: Bytes): Bytes;
    }
  /** HTTP 400 `Invalid ciphertext`, in the clear. */
  | { readonly outcome: 'invalid-ciphertext' }
  /** HTTP 200 with the encrypted `{"status":400,"body":…}` as the network has it (reference §2.4). */
  | { readonly outcome: 'refused'; readonly reply: Bytes };
