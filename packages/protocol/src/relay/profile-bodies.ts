import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64, base64Of, list, serviceId } from './codecs.ts';
import { MAX_IDENTITY_CHECKS, PROFILE_COMMITMENT_BYTES } from './constants.ts';
import { capabilities } from './parts.ts';
import { decodeBody, ecKey, encodeBody } from './schema.ts';
import type { ServiceId } from './service-id.ts';

/** Bodies of profiles, whose fields only contacts can read (reference: signal-service §6). */

/** `PUT /v1/profile`. Fields are encrypted under the profile key and padded to a few lengths; empty when unset. */
export interface SetProfile {
  /** Binds the profile key to the account. */
  readonly commitment: Bytes;
  /** 64 hexadecimal digits, made of profile key and ACI. */
  readonly version: string;
  readonly name: Bytes;
  readonly aboutEmoji?: Bytes;
  readonly about?: Bytes;
  readonly paymentAddress?: Bytes;
  readonly phoneNumberSharing?: Bytes;
  readonly avatar: boolean;
  /** The avatar of before goes on to hold: no form to upload another is wanted. */
  readonly sameAvatar: boolean;
  readonly badgeIds?: readonly string[];
}

/** `GET /v1/profile/{serviceId}`: what does not depend on the profile key. */
export interface Profile {
  /** 33 bytes. */
  readonly identityKey: Bytes;
  /** By which a contact tells that it has the right access key, 32 bytes; absent without one. */
  readonly unidentifiedAccess?: Bytes;
  readonly unrestrictedUnidentifiedAccess: boolean;
  readonly capabilities: Readonly<Record<string, boolean>>;
  readonly uuid: ServiceId;
}

/** `GET /v1/profile/{aci}/{version}`: without the fields where the version is unknown. */
export interface VersionedProfile extends Profile {
  readonly name?: Bytes;
  readonly about?: Bytes;
  readonly aboutEmoji?: Bytes;
  /** Path at the file server. */
  readonly avatar?: string;
  readonly paymentAddress?: Bytes;
  readonly phoneNumberSharing?: Bytes;
}

/** `GET /v1/profile/{aci}/{version}/{credentialRequest}`. */
export interface CredentialProfile extends VersionedProfile {
  /** Absent where the version is not the account's current one. */
  readonly credential?: Bytes;
}

/** `POST /v1/profile/identity_check/batch`: are these still their keys? */
export interface IdentityCheck {
  readonly elements: readonly {
    readonly uuid: ServiceId;
    /** The first 4 bytes of SHA-256 of the identity key of 33 bytes. */
    readonly fingerprint: Bytes;
  }[];
}

/** Those whose keys are others. */
export interface IdentityCheckResponse {
  readonly elements: readonly { readonly uuid: ServiceId; readonly identityKey: Bytes }[];
}

const setProfile = z.object({
  commitment: base64Of(PROFILE_COMMITMENT_BYTES),
  version: z.string().regex(/^[0-9a-fA-F]{64}$/),
  name: base64Of(81, 285),
  aboutEmoji: z.exactOptional(base64Of(0, 60)),
  about: z.exactOptional(base64Of(0, 156, 282, 540)),
  paymentAddress: z.exactOptional(base64Of(0, 582)),
  phoneNumberSharing: z.exactOptional(base64Of(0, 29)),
  avatar: z.boolean().default(false),
  sameAvatar: z.boolean().default(false),
  badgeIds: z.exactOptional(list(z.string().max(128), 64)),
});

const profile = z.object({
  identityKey: ecKey,
  unidentifiedAccess: z.exactOptional(base64Of(32)),
  unrestrictedUnidentifiedAccess: z.boolean().default(false),
  capabilities: capabilities.default({}),
  uuid: serviceId,
});

/** The longest field today has 582 bytes; the bound leaves room. */
const field = z.exactOptional(base64(0, 1_024));

const versioned = profile.extend({
  name: field,
  about: field,
  aboutEmoji: field,
  avatar: z.exactOptional(z.string().max(256)),
  paymentAddress: field,
  phoneNumberSharing: field,
});

const credentialProfile = versioned.extend({ credential: field });

const identityCheck = z.object({
  elements: list(z.object({ uuid: serviceId, fingerprint: base64Of(4) }), MAX_IDENTITY_CHECKS),
});

const identityCheckResponse = z.object({
  elements: list(z.object({ uuid: serviceId, identityKey: ecKey }), MAX_IDENTITY_CHECKS),
});

export function parseSetProfile(value: unknown): SetProfile {
  return decodeBody(setProfile, value);
}

export function formatSetProfile(body: SetProfile): unknown {
  return encodeBody(setProfile, body);
}

export function parseProfile(value: unknown): Profile {
  return decodeBody(profile, value);
}

/** Absent members are written as `null`, and there are no badges. */
export function formatProfile(body: Profile): unknown {
  return { ...EMPTY_PROFILE, ...encodeBody(profile, body) };
}

export function parseVersionedProfile(value: unknown): VersionedProfile {
  return decodeBody(versioned, value);
}

/** As `formatProfile`. */
export function formatVersionedProfile(body: VersionedProfile): unknown {
  return { ...EMPTY_PROFILE, ...EMPTY_FIELDS, ...encodeBody(versioned, body) };
}

export function parseCredentialProfile(value: unknown): CredentialProfile {
  return decodeBody(credentialProfile, value);
}

/** As `formatProfile`. */
export function formatCredentialProfile(body: CredentialProfile): unknown {
  return { ...EMPTY_PROFILE, ...EMPTY_FIELDS, credential: null, ...encodeBody(credentialProfile, body) };
}

export function parseIdentityCheck(value: unknown): IdentityCheck {
  return decodeBody(identityCheck, value);
}

export function formatIdentityCheck(check: IdentityCheck): unknown {
  return encodeBody(identityCheck, check);
}

export function parseIdentityCheckResponse(value: unknown): IdentityCheckResponse {
  return decodeBody(identityCheckResponse, value);
}

export function formatIdentityCheckResponse(response: IdentityCheckResponse): unknown {
  return encodeBody(identityCheckResponse, response);
}

const EMPTY_PROFILE = { unidentifiedAccess: null, badges: [] };

const EMPTY_FIELDS = {
  name: null,
  about: null,
  aboutEmoji: null,
  avatar: null,
  paymentAddress: null,
  phoneNumberSharing: null,
};
