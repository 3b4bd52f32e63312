import { KyberPreKeyRecord, SignedPreKeyRecord } from '@signalapp/libsignal-client';
import type { CurrentPreKeys, RatchetReader } from '@sotto/ratchet';
import { decodeRecord } from './decode-record.ts';
import { listKeys } from './stored-keys.ts';

/** The newest signed and last-resort keys; `undefined` before the first `maintain` is committed. */
export async function currentKeys(reader: RatchetReader): Promise<CurrentPreKeys | undefined> {
  const signed = (await listKeys(reader, 'signed-pre-key')).at(-1);
  const kyber = (await listKeys(reader, 'kyber-pre-key')).findLast(({ use }) => use === 'lasting');
  if (signed === undefined || kyber === undefined) return undefined;
  const signedRecord = decodeRecord(signed.record, SignedPreKeyRecord.deserialize);
  const kyberRecord = decodeRecord(kyber.record, KyberPreKeyRecord.deserialize);
  return {
    signedPreKey: {
      id: signed.id,
      publicKey: signedRecord.publicKey().serialize(),
      signature: signedRecord.signature(),
    },
    lastResortKyberPreKey: {
      id: kyber.id,
      publicKey: kyberRecord.publicKey().serialize(),
      signature: kyberRecord.signature(),
    },
  };
}
