import { type Bytes, toHex } from '@sotto/bytes';
import { changed, row, rows, run, type Work } from '@sotto/database';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { PRIMARY_DEVICE_ID } from '@sotto/protocol';
import { bytesOf } from './columns.ts';
import { revokeLinkTokens } from './link-tokens.ts';

/** What becomes of devices once they are there, as steps of the store's reads and writes. */

export interface AccountDevice {
  readonly aci: Aci;
  readonly device: number;
}

/** False when there is no such device. `name` is encrypted by the device. */
export function* setDeviceName({ aci, device }: AccountDevice, name: Bytes): Work<boolean> {
  const named = yield* row('UPDATE device SET name = ? WHERE aci = ? AND device = ? RETURNING 1 AS one', [
    name,
    aci,
    device,
  ]);
  yield* changed(toHex(aci));
  return named !== undefined;
}

export function* setDeviceCapabilities(
  { aci, device }: AccountDevice,
  capabilities: Readonly<Record<string, boolean>>,
): Work<void> {
  yield* run('UPDATE device SET capabilities = ? WHERE aci = ? AND device = ?', [
    JSON.stringify(capabilities),
    aci,
    device,
  ]);
  yield* changed(toHex(aci));
}

/** With its prekeys. The account's codes go too: the device may have asked for one to come back by. */
export function* removeDevice({ aci, device }: AccountDevice): Work<void> {
  yield* run('DELETE FROM device WHERE aci = ? AND device = ?', [aci, device]);
  yield* revokeLinkTokens(aci);
  yield* changed(toHex(aci));
}

/**
 * Linked devices that were last connected before `day`, at most `limit`. Not of accounts that keep a record here: it
 * says which devices there are, and whoever goes by it would be refused for naming one that is gone.
 */
export function* idleDevices(day: number, limit: number): Work<readonly AccountDevice[]> {
  const found = yield* rows(
    `SELECT aci, device FROM device WHERE last_seen_day < ? AND device <> ?
       AND NOT EXISTS (SELECT 1 FROM record WHERE record.aci = device.aci) LIMIT ?`,
    [day, PRIMARY_DEVICE_ID, limit],
  );
  return found.map((one) => ({ aci: aciFromBytes(bytesOf(one['aci'])), device: Number(one['device']) }));
}

/** Accounts none of whose devices was connected on `day` or later, at most `limit`. */
export function* idleAccounts(day: number, limit: number): Work<readonly Aci[]> {
  const found = yield* rows(
    `SELECT DISTINCT one.aci FROM device AS one WHERE one.last_seen_day < ? AND NOT EXISTS
       (SELECT 1 FROM device AS other WHERE other.aci = one.aci AND other.last_seen_day >= ?) LIMIT ?`,
    [day, day, limit],
  );
  return found.map((one) => aciFromBytes(bytesOf(one['aci'])));
}
