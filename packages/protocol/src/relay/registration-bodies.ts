import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64, base64OrArray } from './codecs.ts';
import { ACCESS_KEY_BYTES, MAX_RECEIPT_BYTES, RECOVERY_PASSWORD_BYTES } from './constants.ts';
import { apnToken, capabilities, deviceAttributes, gcmToken, sessionId, usernameHash } from './parts.ts';
import {
  decodeBody,
  ecKey,
  ecSignedPreKey,
  encodeBody,
  kyberSignedPreKey,
  phoneNumber,
  uuid,
  type WireSignedPreKey,
} from './schema.ts';

/** Bodies of registration and of an account's own attributes (reference: signal-service §2.2–§2.5). */

/** What a device says of itself: all of it when it is linked, part of it when it registers an account. */
export interface DeviceAttributes {
  readonly fetchesMessages: boolean;
  readonly registrationId: number;
  /** Absent without a number. */
  readonly pniRegistrationId?: number;
  /** Encrypted by the device; empty or absent without a name. */
  readonly name?: Bytes;
  readonly capabilities: Readonly<Record<string, boolean>>;
}

/** What a device says of itself and its account. */
export interface AccountAttributes extends DeviceAttributes {
  /** 64 hexadecimal digits, or empty. */
  readonly registrationLock?: string;
  /** 16 bytes; empty counts as absent. */
  readonly unidentifiedAccessKey?: Bytes;
  readonly unrestrictedUnidentifiedAccess: boolean;
  readonly discoverableByPhoneNumber: boolean;
  /** 32 bytes; empty counts as absent. */
  readonly recoveryPassword?: Bytes;
}

/** Where a device is woken through Apple. Also `PUT /v1/accounts/apn/`. */
export interface ApnToken {
  readonly apnRegistrationId: string;
}

/** Where a device is woken through Google. Also `PUT /v1/accounts/gcm/`. */
export interface GcmToken {
  readonly gcmRegistrationId: string;
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
  readonly apnToken?: ApnToken;
  readonly gcmToken?: GcmToken;
}

/** What the server says of an account: `whoami`, and with `reregistration` the answer to a registration. */
export interface IdentityResponse {
  /** ACI in text. */
  readonly uuid: string;
  /** E.164. */
  readonly number?: string;
  /** UUID in text. */
  readonly pni?: string;
  /** 32 bytes. */
  readonly usernameHash?: Bytes;
  /** UUID in text. */
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

const accountAttributes = deviceAttributes.extend({
  registrationLock: z.exactOptional(z.string().regex(/^([0-9a-fA-F]{64})?$/)),
  unidentifiedAccessKey: z.exactOptional(base64OrArray(0, ACCESS_KEY_BYTES)),
  unrestrictedUnidentifiedAccess: z.boolean().default(false),
  discoverableByPhoneNumber: z.boolean().default(true),
  capabilities: capabilities.default({}),
  recoveryPassword: z.exactOptional(base64OrArray(0, RECOVERY_PASSWORD_BYTES)),
});

const registrationRequest = z.object({
  sessionId: z.exactOptional(sessionId),
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
  apnToken: z.exactOptional(apnToken),
  gcmToken: z.exactOptional(gcmToken),
});

const identityResponse = z.object({
  uuid,
  number: z.exactOptional(phoneNumber),
  pni: z.exactOptional(uuid),
  usernameHash: z.exactOptional(usernameHash),
  usernameLinkHandle: z.exactOptional(uuid),
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
