import { type Bytes, concatBytes } from '@sotto/bytes';
import { ed25519KeyPair, randomBytes } from '@sotto/crypto';
import { firstRevision, nextRevision, type RecordDraft, readRecord, signRecord } from '@sotto/identity';
import type { Newcomer } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import type { TestRelay } from './_test-relay.ts';

/** The first revision of an account's record, which lists these devices. */
export function draft(
  { keys }: Newcomer,
  { issuedAt = Date.now(), ids = [1] }: { readonly issuedAt?: number; readonly ids?: readonly number[] } = {},
): RecordDraft {
  const { recoveryKey } = keys;
  const devices = ids.map((id) => deviceRecord(id, issuedAt));
  return firstRevision({
    recoveryKey,
    issuedAt,
    devices,
    relays: [],
    serverCertificate: new Uint8Array(105).fill(1),
  });
}

export function sign({ keys }: Newcomer, revision: RecordDraft): Bytes {
  return signRecord({
    draft: revision,
    identitySecret: keys.identitySecret,
    second: { kind: 'recovery', secret: keys.recoverySecret },
  });
}

/** The revision that follows a signed one, with these devices of it. */
export function following(owner: Newcomer, bytes: Bytes, ids?: readonly number[]): RecordDraft {
  const read = readRecord(bytes, owner.keys.account);
  if (read.outcome !== 'read') throw new Error(read.outcome);
  const devices = read.record.devices.filter(({ id }) => ids === undefined || ids.includes(id));
  return nextRevision(read.record, { issuedAt: Date.now(), devices });
}

export async function putRecord(
  relay: TestRelay,
  { authorization }: Pick<Newcomer, 'authorization'>,
  body: Bytes,
): Promise<number> {
  const headers = { authorization };
  return (await ask(relay, { verb: 'PUT', path: '/v1/sotto/record', headers, body })).status;
}

function deviceRecord(id: number, createdAt: number) {
  const publicKey = (type: number, length: number) =>
    concatBytes(Uint8Array.of(type), new Uint8Array(length - 1));
  return {
    id,
    registrationId: 42,
    deviceKey: ed25519KeyPair(randomBytes(32)).publicKey,
    signedPreKey: { id: 1, publicKey: publicKey(5, 33), signature: new Uint8Array(64) },
    lastResortKyberPreKey: { id: 2, publicKey: publicKey(8, 1_569), signature: new Uint8Array(64) },
    certificateSignature: new Uint8Array(64),
    createdAt,
  };
}
