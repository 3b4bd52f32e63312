import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrivateKey } from '@signalapp/libsignal-client';
import {
  GenericServerSecretParams,
  ServerSecretParams,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, type Bytes, fromBase64, Secret, toBase64, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { replaceFile, syncWayTo } from '@sotto/files';
import { z } from 'zod';
import { RelayError } from '../errors.ts';

/** What makes this relay this relay, apart from its TLS key. Losing it voids every unused invite. */
export interface RelaySecrets {
  /** zkgroup parameters: issue and verify receipts. */
  readonly zkParams: Secret;
  /** Seed of the randomness of issued receipts, so that a retried swap gets the same bytes. */
  readonly issueSeed: Secret;
  /** Root and server key of sender certificates for third-party clients. */
  readonly certificateRoot: Secret;
  readonly certificateKey: Secret;
  /** X25519: requests through the onion network are encrypted to its public half. */
  readonly onionKey: Secret;
  /** zkgroup's generic parameters: issue and verify credentials of call links. */
  readonly genericParams: Secret;
  /** Key of the hashes of phone numbers. Losing it parts every account from its number. */
  readonly numberKey: Secret;
  /** Names of accounts on the bus between processes of the relay are made with it. */
  readonly busKey: Secret;
  /** What forms for uploads are signed with. */
  readonly uploadKey: Secret;
}

/** What relays were started before. */
type Younger = 'onionKey' | 'genericParams' | 'numberKey' | 'busKey' | 'uploadKey';

/** As they may lie in a folder. */
export type StoredSecrets = Omit<RelaySecrets, Younger> & Partial<Pick<RelaySecrets, Younger>>;

const FILE = 'secrets.json';
const KEY_BYTES = 32;

const base64Secret = z.string().transform((text) => new Secret<Bytes>(fromBase64(text)));
const base64Key = base64Secret.refine((key) => key.expose().length === KEY_BYTES);
const secretsFile = z.object({
  zk_params: base64Secret,
  issue_seed: base64Secret,
  certificate_root: base64Secret,
  certificate_key: base64Secret,
  onion_key: z.exactOptional(base64Key),
  generic_params: z.exactOptional(base64Secret),
  number_key: z.exactOptional(base64Key),
  bus_key: z.exactOptional(base64Key),
  upload_key: z.exactOptional(base64Key),
});

/**
 * Read the secrets of a data folder, and make at the first start those that are not there yet. For the
 * one process that holds the folder. Throws RelayError `damaged-data`.
 */
export function loadOrCreateSecrets(folder: string): RelaySecrets {
  const stored = loadSecrets(folder) ?? createSecrets();
  const { onionKey, genericParams, numberKey, busKey, uploadKey } = stored;
  if (
    onionKey !== undefined &&
    genericParams !== undefined &&
    numberKey !== undefined &&
    busKey !== undefined &&
    uploadKey !== undefined
  ) {
    return { ...stored, onionKey, genericParams, numberKey, busKey, uploadKey };
  }
  const complete = {
    onionKey: createKey(),
    genericParams: secret(GenericServerSecretParams.generate().serialize()),
    numberKey: createKey(),
    busKey: createKey(),
    uploadKey: createKey(),
    ...stored,
  };
  replaceFile(join(folder, FILE), format(complete));
  syncWayTo(folder);
  return complete;
}

/** Read the secrets of a data folder that has been started before. Throws RelayError `damaged-data`. */
export function loadSecrets(folder: string): StoredSecrets | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new RelayError('damaged-data', `${FILE} cannot be read`, { cause: error });
  }
  return parse(text);
}

function parse(text: string): StoredSecrets {
  try {
    const file = secretsFile.parse(JSON.parse(text));
    return {
      zkParams: file.zk_params,
      issueSeed: file.issue_seed,
      certificateRoot: file.certificate_root,
      certificateKey: file.certificate_key,
      ...(file.onion_key && { onionKey: file.onion_key }),
      ...(file.generic_params && { genericParams: file.generic_params }),
      ...(file.number_key && { numberKey: file.number_key }),
      ...(file.bus_key && { busKey: file.bus_key }),
      ...(file.upload_key && { uploadKey: file.upload_key }),
    };
  } catch {
    // The cause would quote the file.
    throw new RelayError('damaged-data', `${FILE} is damaged; restore it from a backup`);
  }
}

/** All but the younger ones. */
function createSecrets(): StoredSecrets {
  return {
    zkParams: secret(ServerSecretParams.generate().serialize()),
    issueSeed: secret(randomBytes(32)),
    certificateRoot: secret(PrivateKey.generate().serialize()),
    certificateKey: secret(PrivateKey.generate().serialize()),
  };
}

function createKey(): Secret {
  return new Secret<Bytes>(randomBytes(KEY_BYTES));
}

function secret(bytes: Uint8Array): Secret {
  return new Secret<Bytes>(asBytes(bytes));
}

function format(secrets: RelaySecrets): Bytes {
  const text = (value: Secret) => toBase64(value.expose());
  return utf8(
    JSON.stringify({
      zk_params: text(secrets.zkParams),
      issue_seed: text(secrets.issueSeed),
      certificate_root: text(secrets.certificateRoot),
      certificate_key: text(secrets.certificateKey),
      onion_key: text(secrets.onionKey),
      generic_params: text(secrets.genericParams),
      number_key: text(secrets.numberKey),
      bus_key: text(secrets.busKey),
      upload_key: text(secrets.uploadKey),
    }),
  );
}
