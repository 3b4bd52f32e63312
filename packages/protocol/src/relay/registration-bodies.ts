import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import {
  ACCESS_KEY_BYTES,
  MAX_DEVICE_NAME_BYTES,
  MAX_RECEIPT_BYTES,
  RECOVERY_PASSWORD_BYTES,
} from './constants.ts';
import {
  base64,
  base64OrArray,
  decodeBody,
  ecKey,
  ecSignedPreKey,
  encodeBody,
  kyberSignedPreKey,
  registrationId,
  type WireSignedPreKey,
} from './schema.ts';

/** Bodies of registration and of an account's own attributes (reference: signal-service §2.2–§2.5). */

/** Signal's clients have about a dozen, with names of one word. */
const MAX_CAPABILITIES = 64;
const MAX_CAPABILITY_LENGTH = 64;

/** What a device says of itself and its account. */
export interface AccountAttributes {
  readonly fetchesMessages: boolean;
  readonly registrationId: number;
  readonly pniRegistrationId?: number;
  /** Encrypted by the device; empty or absent without a name. */
  readonly name?: Bytes;
  /** 64 hexadecimal digits, or empty. */
  readonly registrationLock?: string;
  /** 16 bytes; empty counts as absent. */
  readonly unidentifiedAccessKey?: Bytes;
  readonly unrestrictedUnidentifiedAccess: boolean;
  readonly discoverableByPhoneNumber: boolean;
  readonly capabilities: Readonly<Record<string, boolean>>;
  /** 32 bytes; empty counts as absent. */
  readonly recoveryPassword?: Bytes;
}

/** `POST /v1/registration`. */
export interface RegistrationRequest {
  readonly sessionId?: string;
  readonly recoveryPassword?: Bytes;
  readonly receiptCredentialPresentation?: Bytes;
  readonly totp?: number;
  readonly accountAttributes: AccountAttributes;
  readonly skipDeviceTransfer: boolean;
  readonly aciIdentityKey: Bytes;
  readonly pniIdentityKey?: Bytes;
  readonly aciSignedPreKey: WireSignedPreKey;
  readonly pniSignedPreKey?: WireSignedPreKey;
  readonly aciPqLastResortPreKey: WireSignedPreKey;
  readonly pniPqLastResortPreKey?: WireSignedPreKey;
  readonly apnToken?: { readonly apnRegistrationId: string };
  readonly gcmToken?: { readonly gcmRegistrationId: string };
}

/** What the server says of an account: `whoami`, and with `reregistration` the answer to a registration. */
export interface IdentityResponse {
  /** ACI in text. */
  readonly uuid: string;
  readonly number?: string;
  readonly pni?: string;
  readonly usernameHash?: string;
  readonly usernameLinkHandle?: string;
  readonly storageCapable: boolean;
  readonly authCredentialSalt?: Bytes;
}

export interface RegistrationResponse extends IdentityResponse {
  readonly reregistration: boolean;
}

/** `POST /v1/login-purchase/receipt_credentials`. */
export interface ReceiptCredentialRequestBody {
  /** For a ticket swap: the ticket. */
  readonly purchaseIdentifier: string;
  readonly receiptCredentialRequest: Bytes;
  readonly paymentProvider: string;
}

export interface ReceiptCredentialResponseBody {
  readonly receiptCredentialResponse: Bytes;
}

/**
 * Checked as one thing and not as a zod record, whose errors would carry the sender's own member
 * names in their path.
 */
function isCapabilities(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= MAX_CAPABILITIES &&
    entries.every(
      ([name, has]) =>
        name.length <= MAX_CAPABILITY_LENGTH && name !== '__proto__' && typeof has === 'boolean',
    )
  );
}

const accountAttributes = z.object({
  fetchesMessages: z.boolean().default(false),
  registrationId,
  pniRegistrationId: z.exactOptional(registrationId),
  name: z.exactOptional(base64(0, MAX_DEVICE_NAME_BYTES)),
  registrationLock: z.exactOptional(z.string().regex(/^([0-9a-fA-F]{64})?$/)),
  unidentifiedAccessKey: z.exactOptional(base64OrArray(0, ACCESS_KEY_BYTES)),
  unrestrictedUnidentifiedAccess: z.boolean().default(false),
  discoverableByPhoneNumber: z.boolean().default(true),
  capabilities: z.custom<Readonly<Record<string, boolean>>>(isCapabilities).default({}),
  recoveryPassword: z.exactOptional(base64OrArray(0, RECOVERY_PASSWORD_BYTES)),
});

const registrationRequest = z.object({
  sessionId: z.exactOptional(z.string().max(1_024)),
  recoveryPassword: z.exactOptional(base64OrArray(0, RECOVERY_PASSWORD_BYTES)),
  receiptCredentialPresentation: z.exactOptional(base64(0, MAX_RECEIPT_BYTES)),
  totp: z.exactOptional(z.int().min(0)),
  accountAttributes,
  skipDeviceTransfer: z.boolean().default(false),
  aciIdentityKey: ecKey,
  pniIdentityKey: z.exactOptional(ecKey),
  aciSignedPreKey: ecSignedPreKey,
  pniSignedPreKey: z.exactOptional(ecSignedPreKey),
  aciPqLastResortPreKey: kyberSignedPreKey,
  pniPqLastResortPreKey: z.exactOptional(kyberSignedPreKey),
  apnToken: z.exactOptional(z.object({ apnRegistrationId: z.string().max(4_096) })),
  gcmToken: z.exactOptional(z.object({ gcmRegistrationId: z.string().max(4_096) })),
});

const identityResponse = z.object({
  uuid: z.uuid(),
  number: z.exactOptional(z.string().max(32)),
  pni: z.exactOptional(z.string().max(64)),
  usernameHash: z.exactOptional(z.string().max(64)),
  usernameLinkHandle: z.exactOptional(z.string().max(64)),
  storageCapable: z.boolean().default(false),
  authCredentialSalt: z.exactOptional(base64(1, 64)),
});

const registrationResponse = identityResponse.extend({ reregistration: z.boolean().default(false) });

const receiptRequest = z.object({
  purchaseIdentifier: z.string().min(1).max(256),
  receiptCredentialRequest: base64(1, MAX_RECEIPT_BYTES),
  paymentProvider: z.string().min(1).max(64),
});

const receiptResponse = z.object({ receiptCredentialResponse: base64(1, MAX_RECEIPT_BYTES) });

export function parseAccountAttributes(value: unknown): AccountAttributes {
  return decodeBody(accountAttributes, value);
}

export function formatAccountAttributes(attributes: AccountAttributes): unknown {
  return encodeBody(accountAttributes, attributes);
}

export function parseRegistrationRequest(value: unknown): RegistrationRequest {
  return decodeBody(registrationRequest, value);
}

export function formatRegistrationRequest(request: RegistrationRequest): unknown {
  return encodeBody(registrationRequest, request);
}

export function parseIdentityResponse(value: unknown): IdentityResponse {
  return decodeBody(identityResponse, value);
}

/** Absent members are written as `null`, and there is always an empty `entitlements`, as Signal's server has it. */
export function formatIdentityResponse(response: IdentityResponse): unknown {
  return { ...EMPTY_IDENTITY, ...encodeBody(identityResponse, response) };
}

export function parseRegistrationResponse(value: unknown): RegistrationResponse {
  return decodeBody(registrationResponse, value);
}

/** As `formatIdentityResponse`. */
export function formatRegistrationResponse(response: RegistrationResponse): unknown {
  return { ...EMPTY_IDENTITY, ...encodeBody(registrationResponse, response) };
}

export function parseReceiptCredentialRequest(value: unknown): ReceiptCredentialRequestBody {
  return decodeBody(receiptRequest, value);
}

export function formatReceiptCredentialRequest(request: ReceiptCredentialRequestBody): unknown {
  return encodeBody(receiptRequest, request);
}

export function parseReceiptCredentialResponse(value: unknown): ReceiptCredentialResponseBody {
  return decodeBody(receiptResponse, value);
}

export function formatReceiptCredentialResponse(response: ReceiptCredentialResponseBody): unknown {
  return encodeBody(receiptResponse, response);
}

const EMPTY_IDENTITY = {
  number: null,
  pni: null,
  usernameHash: null,
  usernameLinkHandle: null,
  entitlements: { badges: [], backup: null },
  authCredentialSalt: null,
};
