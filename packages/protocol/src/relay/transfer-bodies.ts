import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { unpaddedBase64 } from './codecs.ts';
import { MAX_REGISTRATION_ID } from './constants.ts';
import { decodeBody, deviceId, encodeBody } from './schema.ts';

/** Bodies by which one device hands the account's history to another (reference: signal-service §2.6). */

/** Where the archive lies. */
export interface UploadedArchive {
  readonly cdn: number;
  /** In base64url. */
  readonly key: string;
}

/** There will be none: link again for one, or go on without. */
export interface FailedArchive {
  readonly error: 'RELINK_REQUESTED' | 'CONTINUE_WITHOUT_UPLOAD';
}

/** `GET /v1/devices/transfer_archive`. */
export type TransferArchive = UploadedArchive | FailedArchive;

/** `PUT /v1/devices/transfer_archive`. */
export interface TransferArchiveUpload {
  readonly destinationDeviceId: number;
  readonly destinationDeviceRegistrationId: number;
  readonly transferArchive: TransferArchive;
}

/** `PUT` and `GET /v1/devices/restore_account/{token}`: how the new device wants its account back. */
export interface RestoreAccountRequest {
  readonly method: 'REMOTE_BACKUP' | 'LOCAL_BACKUP' | 'DEVICE_TRANSFER' | 'DECLINE';
  /** With what the two devices begin to talk to each other. */
  readonly deviceTransferBootstrap?: Bytes;
}

// Either an archive or an error: a body with both says nothing.
const archive = z.union([
  z.object({
    cdn: z.int().min(0).max(0x7fff_ffff),
    key: z
      .string()
      .max(64)
      .regex(/^[\w-]+={0,2}$/),
    error: z.exactOptional(z.never()),
  }),
  z.object({
    error: z.enum(['RELINK_REQUESTED', 'CONTINUE_WITHOUT_UPLOAD']),
    cdn: z.exactOptional(z.never()),
    key: z.exactOptional(z.never()),
  }),
]);

const upload = z.object({
  destinationDeviceId: deviceId,
  destinationDeviceRegistrationId: z.int().min(0).max(MAX_REGISTRATION_ID),
  transferArchive: archive,
});

const restore = z.object({
  method: z.enum(['REMOTE_BACKUP', 'LOCAL_BACKUP', 'DEVICE_TRANSFER', 'DECLINE']),
  deviceTransferBootstrap: z.exactOptional(unpaddedBase64(0, 4_096)),
});

export function parseTransferArchive(value: unknown): TransferArchive {
  return decodeBody(archive, value);
}

export function formatTransferArchive(body: TransferArchive): unknown {
  return encodeBody(archive, body);
}

export function parseTransferArchiveUpload(value: unknown): TransferArchiveUpload {
  return decodeBody(upload, value);
}

export function formatTransferArchiveUpload(body: TransferArchiveUpload): unknown {
  return encodeBody(upload, body);
}

export function parseRestoreAccountRequest(value: unknown): RestoreAccountRequest {
  return decodeBody(restore, value);
}

export function formatRestoreAccountRequest(request: RestoreAccountRequest): unknown {
  return encodeBody(restore, request);
}
