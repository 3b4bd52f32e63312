import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64Url, list } from './codecs.ts';
import { MAX_ENCRYPTED_USERNAME_BYTES, MAX_USERNAME_HASHES, USERNAME_PROOF_BYTES } from './constants.ts';
import { usernameHash } from './parts.ts';
import { decodeBody, encodeBody, uuid } from './schema.ts';

/** Bodies about usernames, of which the server sees hashes only (reference: signal-service §2.5). */

/** `PUT /v1/accounts/username_hash/reserve`: any one of these. */
export interface ReserveUsernameRequest {
  /** Each of 32 bytes. */
  readonly usernameHashes: readonly Bytes[];
}

/** The hash that was reserved. */
export interface ReservedUsername {
  readonly usernameHash: Bytes;
}

/** `PUT /v1/accounts/username_hash/confirm`. */
export interface ConfirmUsernameRequest {
  readonly usernameHash: Bytes;
  /** Shows that the sender knows the name behind the hash. */
  readonly zkProof: Bytes;
  /** For the link; absent when there is to be none. */
  readonly encryptedUsername?: Bytes;
}

export interface ConfirmedUsername {
  readonly usernameHash: Bytes;
  /** UUID in text; absent without a link. */
  readonly usernameLinkHandle?: string;
}

/** `GET /v1/accounts/username_hash/{hash}`. */
export interface UsernameOwner {
  /** ACI in text. */
  readonly uuid: string;
}

/** `PUT /v1/accounts/username_link`, and what `GET` of a handle answers. */
export interface EncryptedUsername {
  readonly usernameLinkEncryptedValue: Bytes;
  /** The old link shall go on to work. */
  readonly keepLinkHandle: boolean;
}

export interface UsernameLinkHandle {
  /** UUID in text. */
  readonly usernameLinkHandle: string;
}

const encrypted = base64Url(1, MAX_ENCRYPTED_USERNAME_BYTES);

const reserve = z.object({ usernameHashes: list(usernameHash, MAX_USERNAME_HASHES, 1) });
const reserved = z.object({ usernameHash });
const confirm = z.object({
  usernameHash,
  zkProof: base64Url(USERNAME_PROOF_BYTES, USERNAME_PROOF_BYTES),
  encryptedUsername: z.exactOptional(encrypted),
});
const confirmed = z.object({ usernameHash, usernameLinkHandle: z.exactOptional(uuid) });
const owner = z.object({ uuid });
const encryptedUsername = z.object({
  usernameLinkEncryptedValue: encrypted,
  keepLinkHandle: z.boolean().default(false),
});
const linkHandle = z.object({ usernameLinkHandle: uuid });

export function parseReserveUsernameRequest(value: unknown): ReserveUsernameRequest {
  return decodeBody(reserve, value);
}

export function formatReserveUsernameRequest(request: ReserveUsernameRequest): unknown {
  return encodeBody(reserve, request);
}

export function parseReservedUsername(value: unknown): ReservedUsername {
  return decodeBody(reserved, value);
}

export function formatReservedUsername(body: ReservedUsername): unknown {
  return encodeBody(reserved, body);
}

export function parseConfirmUsernameRequest(value: unknown): ConfirmUsernameRequest {
  return decodeBody(confirm, value);
}

export function formatConfirmUsernameRequest(request: ConfirmUsernameRequest): unknown {
  return encodeBody(confirm, request);
}

export function parseConfirmedUsername(value: unknown): ConfirmedUsername {
  return decodeBody(confirmed, value);
}

/** An absent handle is written as `null`. */
export function formatConfirmedUsername(body: ConfirmedUsername): unknown {
  return { usernameLinkHandle: null, ...encodeBody(confirmed, body) };
}

export function parseUsernameOwner(value: unknown): UsernameOwner {
  return decodeBody(owner, value);
}

export function formatUsernameOwner(body: UsernameOwner): unknown {
  return encodeBody(owner, body);
}

export function parseEncryptedUsername(value: unknown): EncryptedUsername {
  return decodeBody(encryptedUsername, value);
}

export function formatEncryptedUsername(body: EncryptedUsername): unknown {
  return encodeBody(encryptedUsername, body);
}

export function parseUsernameLinkHandle(value: unknown): UsernameLinkHandle {
  return decodeBody(linkHandle, value);
}

export function formatUsernameLinkHandle(body: UsernameLinkHandle): unknown {
  return encodeBody(linkHandle, body);
}
