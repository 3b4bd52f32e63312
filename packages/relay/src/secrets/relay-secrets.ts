import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrivateKey } from '@signalapp/libsignal-client';
import { ServerSecretParams } from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { type Bytes, fromBase64, Secret, toBase64, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { z } from 'zod';
import { RelayError } from '../errors.ts';
import { writePrivateFile } from './write-file.ts';

/** What makes this relay this relay, apart from its TLS key. Losing it voids every unused invite. */
export interface RelaySecrets {
  /** zkgroup parameters: issue and verify receipts. */
  readonly zkParams: Secret;
  /** Seed of the randomness of issued receipts, so that a retried swap gets the same bytes. */
  readonly issueSeed: Secret;
  /** Root and server key of sender certificates for third-party clients. */
  readonly certificateRoot: Secret;
  readonly certificateKey: Secret;
}

const FILE = 'secrets.json';

const base64Secret = z.string().transform((text) => new Secret<Bytes>(fromBase64(text)));
const secretsFile = z.object({
  zk_params: base64Secret,
  issue_seed: base64Secret,
  certificate_root: base64Secret,
  certificate_key: base64Secret,
});

/** Read the secrets of a data folder, or make them at the first start. Throws RelayError `damaged-data`. */
export function loadOrCreateSecrets(folder: string): RelaySecrets {
  return loadSecrets(folder) ?? createSecrets(folder);
}

/** Read the secrets of a data folder that has been started before. Throws RelayError `damaged-data`. */
export function loadSecrets(folder: string): RelaySecrets | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new RelayError('damaged-data', `${FILE} cannot be read`, { cause: error });
  }
  return parse(text);
}

function parse(text: string): RelaySecrets {
  try {
    const file = secretsFile.parse(JSON.parse(text));
    return {
      zkParams: file.zk_params,
      issueSeed: file.issue_seed,
      certificateRoot: file.certificate_root,
      certificateKey: file.certificate_key,
    };
  } catch {
    // The cause would quote the file.
    throw new RelayError('damaged-data', `${FILE} is damaged; restore it from a backup`);
  }
}

function createSecrets(folder: string): RelaySecrets {
  const content = JSON.stringify({
    zk_params: toBase64(ServerSecretParams.generate().serialize()),
    issue_seed: toBase64(randomBytes(32)),
    certificate_root: toBase64(PrivateKey.generate().serialize()),
    certificate_key: toBase64(PrivateKey.generate().serialize()),
  });
  writePrivateFile(join(folder, FILE), utf8(content));
  return parse(content);
}
