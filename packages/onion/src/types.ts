import type { Bytes } from '@sotto/bytes';
import type { EncryptionType, ServerReply, ServerRequest } from '@sotto/protocol';

/** What must be known of a node to send through it. */
export interface OnionHop {
  /** 32 bytes; how the hop before names it. */
  readonly ed25519: Bytes;
  /** 32 bytes; its layer is encrypted to it. */
  readonly x25519: Bytes;
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
  /**
   * A hop of the path, counted from the guard, said with its own layer key that it could not read its
   * layer. Never the destination's word: whoever holds a layer's key can say this at any time.
   */
  | { readonly outcome: 'refused'; readonly hop: number; readonly status: number; readonly body: Bytes }
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

/** What an opened layer says of its own age. */
interface Dated {
  /** Unix minutes as its maker said, absent from original clients. */
  readonly minute?: number;
  /**
   * 16 bytes, for the replay cache: made of the layer's key, so that it is the same however the ephemeral
   * key is written. (A point and the same point with something of small order added agree on one secret,
   * so the ephemeral key itself names nothing.)
   */
  readonly replayTag: Bytes;
}

/** A layer that was opened with a node's key. */
export type PeeledLayer =
  | (Dated & {
      readonly outcome: 'destination';
      /** UTF-8 of `{"method","params"}`. */
      readonly rpc: Bytes;
      /**
       * Body of the HTTP 200 that goes back: status and reply, encrypted, base64 unless the client wants
       * raw bytes. The body is UTF-8: a JSON object, or a text that begins with no brace.
       */
      seal(reply: { readonly status: number; readonly body: Bytes }): Bytes;
    })
  | (Dated & {
      readonly outcome: 'server';
      readonly protocol: 'http' | 'https';
      readonly host: string;
      readonly port: number;
      readonly target: string;
      /** The whole opened plaintext, which is what the server is sent. */
      readonly forward: Bytes;
      /** What goes back for what the server answered: wrapped when that was asked for, else as it is. */
      wrap(reply: Bytes): Bytes;
    })
  | (Dated & {
      readonly outcome: 'relay';
      /** Ed25519 key of the next node. */
      readonly next: Bytes;
      /** Its `hopNumber` is this one's and one more. */
      readonly layer: IncomingLayer;
      /** Likewise; only for what came back with HTTP 200. */
      wrap(reply: Bytes): Bytes;
    })
  /** HTTP 400 `Invalid ciphertext`, in the clear. */
  | { readonly outcome: 'invalid-ciphertext' }
  /** HTTP 200 with the encrypted `{"status":400,"body":…}` as the network has it (reference §2.4). */
  | { readonly outcome: 'refused'; readonly reply: Bytes };

/** What a server makes of the body that was posted to its `/oxen/v4/lsrpc`. */
export type OpenedServerRequest =
  | (Dated & {
      readonly outcome: 'request';
      readonly request: ServerRequest;
      /** Body of the HTTP 200 that goes back: raw bytes, encrypted. */
      seal(reply: ServerReply): Bytes;
    })
  /** HTTP 400 `Invalid ciphertext`, in the clear. */
  | { readonly outcome: 'invalid-ciphertext' }
  /** HTTP 200 with an encrypted 400: it was opened, and is no request. */
  | { readonly outcome: 'refused'; readonly reply: Bytes };
