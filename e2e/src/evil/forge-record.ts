import type { Bytes } from '@sotto/bytes';
import { ed25519KeyPair, randomBytes } from '@sotto/crypto';
import {
  type AccountRecord,
  type DeviceRecord,
  nextRevision,
  parseAccountId,
  type RecordDraft,
  readRecord,
  type SecondSigner,
  signRecord,
} from '@sotto/identity';
import type { Person } from './person.ts';
import { stateOf } from './ratchet-of.ts';

/** The record that a person's device made last. */
export async function recordOf(
  person: Person,
): Promise<{ readonly bytes: Bytes; readonly record: AccountRecord }> {
  const { account, record: bytes } = await stateOf(person);
  const read = readRecord(bytes, parseAccountId(account));
  if (read.outcome !== 'read') throw new Error(`the record of ${person.name} cannot be read`);
  return { bytes, record: read.record };
}

export interface Forgery {
  /** When it is made, milliseconds. */
  readonly now: number;
  /** Changes of the page that would come next. */
  readonly change?: (next: RecordDraft, before: AccountRecord) => RecordDraft;
  /** By default the device of the record, which signs what follows truthfully. */
  readonly signer?: (device: SecondSigner) => SecondSigner;
}

/**
 * A record in the name of a person, signed with their identity key: what a thief of it can make, and more
 * than any server can.
 */
export async function forgeRecord(person: Person, { now, change, signer }: Forgery): Promise<Bytes> {
  const { identitySecret, device, deviceSecret } = await stateOf(person);
  const { record } = await recordOf(person);
  const next = nextRevision(record, { issuedAt: now });
  const own = { kind: 'device', device, secret: deviceSecret } as const;
  const second = signer?.(own) ?? own;
  return signRecord({ draft: change?.(next, record) ?? next, identitySecret, second });
}

export interface Ghost {
  readonly device: DeviceRecord;
  readonly secret: Bytes;
}

/** A device that was never linked, with another one's prekeys. */
export function ghostOf(device: DeviceRecord, id: number): Ghost {
  const { publicKey, secretKey } = ed25519KeyPair(randomBytes(32));
  return {
    device: { ...device, id, deviceKey: publicKey, registrationId: (device.registrationId % 16_000) + 1 },
    secret: secretKey,
  };
}
