import type { AccountState, RoadName } from '@sotto/client';
import { blob, flag, integer, optional, text, word } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

const ROADS: readonly RoadName[] = ['relay', 'onion'];

const PUT = `
INSERT INTO account (
  only, account, name, seed, identity_secret, device, registration_id, device_secret, certificate,
  server_certificate, certificate_signature, profile_key, record, record_pending, network,
  last_sent_at, received_through
) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (only) DO UPDATE SET
  account = excluded.account, name = excluded.name, seed = excluded.seed,
  identity_secret = excluded.identity_secret, device = excluded.device,
  registration_id = excluded.registration_id, device_secret = excluded.device_secret,
  certificate = excluded.certificate, server_certificate = excluded.server_certificate,
  certificate_signature = excluded.certificate_signature, profile_key = excluded.profile_key,
  record = excluded.record, record_pending = excluded.record_pending, network = excluded.network,
  last_sent_at = excluded.last_sent_at, received_through = excluded.received_through`;

/** Write this device's own account; there is one. */
export function putAccount(sqlite: Sqlite, state: AccountState): void {
  sqlite.run(PUT, [
    state.account,
    state.name,
    state.seed ?? null,
    state.identitySecret,
    state.device,
    state.registrationId,
    state.deviceSecret,
    state.certificate,
    state.serverCertificate,
    state.certificateSignature,
    state.profileKey,
    state.record,
    Number(state.recordPending),
    state.network,
    state.lastSentAt,
    state.receivedThrough,
  ]);
  for (const road of ROADS) {
    const value = state.credentials[road];
    if (value === undefined) sqlite.run('DELETE FROM credential WHERE road = ?', [road]);
    else {
      sqlite.run(
        'INSERT INTO credential (road, value) VALUES (?, ?) ON CONFLICT (road) DO UPDATE SET value = excluded.value',
        [road, value],
      );
    }
  }
}

export function readAccount(sqlite: Sqlite): AccountState | undefined {
  const row = sqlite.get('SELECT * FROM account');
  if (!row) return undefined;
  const credentials: AccountState['credentials'] = Object.fromEntries(
    sqlite.all('SELECT * FROM credential').map((kept) => [word(kept, 'road', ROADS), blob(kept, 'value')]),
  );
  return {
    account: text(row, 'account'),
    name: text(row, 'name'),
    ...optional(row, 'seed', 'seed', blob),
    identitySecret: blob(row, 'identity_secret'),
    device: integer(row, 'device'),
    registrationId: integer(row, 'registration_id'),
    deviceSecret: blob(row, 'device_secret'),
    certificate: blob(row, 'certificate'),
    serverCertificate: blob(row, 'server_certificate'),
    certificateSignature: blob(row, 'certificate_signature'),
    profileKey: blob(row, 'profile_key'),
    record: blob(row, 'record'),
    recordPending: flag(row, 'record_pending'),
    network: text(row, 'network'),
    credentials,
    lastSentAt: integer(row, 'last_sent_at'),
    receivedThrough: integer(row, 'received_through'),
  };
}
