import type { Net } from '@signalapp/libsignal-client';
import { PrivateKey } from '@signalapp/libsignal-client';
import {
  BackupAuthCredentialRequestContext,
  BackupCredentialType,
  BackupLevel,
  GenericServerSecretParams,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { randomBytes } from '@sotto/crypto';
import type { Person } from './_person.ts';

const DAY = 24 * 60 * 60;

/** What a client of a service that keeps backups would show, which a relay does not. */
export function createBackupAuth({ aci }: Person): Net.BackupAuth {
  const params = GenericServerSecretParams.generate();
  const serverKeys = params.getPublicParams();
  const today = Math.floor(Date.now() / 1000 / DAY) * DAY;
  const context = BackupAuthCredentialRequestContext.create(randomBytes(32), aci);
  const issued = context
    .getRequest()
    .issueCredential(today, BackupLevel.Paid, BackupCredentialType.Media, params);
  const credential = context.receive(issued, today, serverKeys);
  return { credential, serverKeys, signingKey: PrivateKey.generate() };
}
