import type { Store } from '@sotto/database';
import { RelayError } from '../errors.ts';
import { markSecrets } from '../secrets/mark-secrets.ts';
import type { StoredSecrets } from '../secrets/relay-secrets.ts';
import { agreeOnSecrets } from '../store/secret-marks.ts';

/**
 * Relays that share a database have the same secrets, or what one has issued the next refuses: the first one marks them,
 * and who comes later compares. Rejects with RelayError `other-secrets`, or DatabaseError.
 */
export async function requireSameSecrets(store: Pick<Store, 'write'>, secrets: StoredSecrets): Promise<void> {
  if (await store.write(() => agreeOnSecrets(markSecrets(secrets)))) return;
  throw new RelayError(
    'other-secrets',
    'the relay whose database this is has other secrets than this data folder: it would be two relays in one',
  );
}
