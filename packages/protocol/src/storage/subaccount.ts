import { asBytes, type Bytes, concatBytes } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { SUBACCOUNT_TOKEN_BYTES } from './constants.ts';

/** A token that lets another key act for a mailbox (reference: session-protocol §3.7). */
export interface SubaccountToken {
  /** Prefix byte of the mailboxes it is for. */
  readonly prefix: number;
  /** Bits of `SUBACCOUNT_ACCESS`. */
  readonly access: number;
  readonly ed25519: Bytes;
}

/** Throws ProtocolError `malformed` unless there are 36 bytes. */
export function decodeSubaccountToken(token: Uint8Array): SubaccountToken {
  if (token.length !== SUBACCOUNT_TOKEN_BYTES) {
    throw new ProtocolError('malformed', `a subaccount token has ${SUBACCOUNT_TOKEN_BYTES} bytes`);
  }
  return { prefix: token[0] as number, access: token[1] as number, ed25519: asBytes(token).subarray(4) };
}

/** 36 bytes: prefix, access, two zeros, key. */
export function encodeSubaccountToken({ prefix, access, ed25519 }: SubaccountToken): Bytes {
  return concatBytes(Uint8Array.of(prefix, access, 0, 0), ed25519);
}
