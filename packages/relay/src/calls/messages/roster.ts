import { type Bytes, toHex } from '@sotto/bytes';
import type { Query, Row } from '@sotto/database';
import type { Premise } from '@sotto/mailbox';
import type { StoredAccount } from '../../store/accounts.ts';
import { bytesOr } from '../../store/columns.ts';
import type { KeyIdentity } from '../../store/pre-keys.ts';

/*
 * What whoever writes to a name of an account has compared, its devices and their registration IDs, as premises of
 * mail: it is kept only if that is still so when it is committed.
 */

/** What a roster is made of. */
interface Listed {
  readonly aci: Bytes;
  /** Absent without a number. */
  readonly pni?: Bytes | undefined;
  readonly devices: readonly {
    readonly id: number;
    readonly registrationId: number;
    readonly pniRegistrationId?: number | undefined;
  }[];
}

/** Of accounts as they were read: most are written to more than once before they change. */
const texts = new WeakMap<StoredAccount, Readonly<Record<KeyIdentity, string>>>();

function textsOf(account: StoredAccount): Readonly<Record<KeyIdentity, string>> {
  const known = texts.get(account);
  if (known !== undefined) return known;
  const { aci, phone, devices } = account;
  const listed = { aci, pni: phone?.pni, devices };
  const made = { aci: asAci(listed), pni: asPni(listed) };
  texts.set(account, made);
  return made;
}

/** That these are the devices behind this name of the account. */
export function rosterOf(account: StoredAccount, kind: KeyIdentity): Premise {
  return { account: account.aci, text: textsOf(account)[kind] };
}

/** What is true of an account, by each of its names. */
export function rostersOf(account: StoredAccount | undefined): readonly string[] {
  return account === undefined ? [] : Object.values(textsOf(account));
}

/** The rows are held until the transaction ends, so that a device goes only after the mail that was kept for it. */
const DEVICES = `
  SELECT device.aci, account.pni, device.device, device.registration_id, device.pni_registration_id
  FROM device JOIN account ON account.aci = device.aci
  WHERE device.aci IN (SELECT * FROM unnest(?)) ORDER BY device.aci, device.device FOR KEY SHARE OF device`;

/** The same of many accounts in a transaction on PostgreSQL. */
export async function readRosters(query: Query, acis: readonly Bytes[]): Promise<ReadonlySet<string>> {
  const byAccount = new Map<string, Row[]>();
  for (const row of await query(DEVICES, [acis])) {
    const key = toHex(row['aci'] as Bytes);
    byAccount.set(key, [...(byAccount.get(key) ?? []), row]);
  }
  return new Set([...byAccount.values()].map(toListed).flatMap((listed) => [asAci(listed), asPni(listed)]));
}

function toListed(rows: readonly Row[]): Listed {
  return {
    aci: rows[0]?.['aci'] as Bytes,
    pni: bytesOr(rows[0]?.['pni']),
    devices: rows.map((row) => ({
      id: Number(row['device']),
      registrationId: Number(row['registration_id']),
      pniRegistrationId: Number(row['pni_registration_id'] ?? 0),
    })),
  };
}

function asAci({ aci, devices }: Listed): string {
  return [toHex(aci), ...devices.map(({ id, registrationId }) => `${id}:${registrationId}`)].join(' ');
}

function asPni({ aci, pni, devices }: Listed): string {
  const name = `${toHex(aci)} as ${pni === undefined ? 'nobody' : toHex(pni)}`;
  return [name, ...devices.map(({ id, pniRegistrationId = 0 }) => `${id}:${pniRegistrationId}`)].join(' ');
}
