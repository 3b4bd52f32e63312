import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64 } from '@sotto/bytes';
import { openPostgres } from '@sotto/database';
import { formatInvite } from '@sotto/identity';
import { makeTicket } from './calls/tickets.ts';
import { RelayError } from './errors.ts';
import { readAddress } from './relay-address.ts';
import { createReceipts } from './secrets/receipts.ts';
import { loadSecrets } from './secrets/relay-secrets.ts';
import { requireSameSecrets } from './shared/require-same-secrets.ts';
import { openServedStore } from './store/relay-store.ts';

export interface Invitation {
  /** `sotto://invite?…`, good for one registration. */
  readonly invite: string;
  /**
   * Base64, when asked for: good for one registration by itself, beside the link. Made by the relay,
   * so the relay could recognise it; what a client makes from the link it cannot.
   */
  readonly receiptCredentialPresentation?: string;
}

/**
 * Make an invite to the relay of a data folder, whether it is running or not.
 * Rejects with RelayError `no-relay` before the relay's first start or `other-secrets`, or DatabaseError: `newer-version` or `older-version` where
 * the relay is of another version than this program.
 */
export async function createInvite(request: {
  readonly data: string;
  /** Where the relay keeps its accounts, when that is not in the folder. */
  readonly database?: string;
  readonly presentation?: boolean;
}): Promise<Invitation> {
  const relay = readAddress(request.data);
  const secrets = loadSecrets(request.data);
  if (secrets === undefined) throw new RelayError('no-relay', 'this folder holds no relay');
  const { database } = request;
  const postgres = database === undefined ? undefined : await openPostgres({ url: database });
  const store = await openServedStore(postgres ?? databaseIn(request.data)).catch(async (error: unknown) => {
    await postgres?.close();
    throw error;
  });
  try {
    if (postgres !== undefined) await requireSameSecrets(store, secrets);
    const ticket = await makeTicket(store, Date.now());
    const invite = formatInvite({ relay, ticket });
    if (request.presentation !== true) return { invite };
    return { invite, receiptCredentialPresentation: toBase64(createReceipts(secrets).present(Date.now())) };
  } finally {
    await store.close();
    await postgres?.close();
  }
}

function databaseIn(data: string): string {
  const path = join(data, 'relay.db');
  if (existsSync(path)) return path;
  throw new RelayError('no-relay', 'accounts of this relay are on a database server: name that too');
}
