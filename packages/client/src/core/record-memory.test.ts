import {
  createDeviceKey,
  deriveAccount,
  firstRevision,
  formatAccountId,
  seedFromBytes,
  signRecord,
} from '@sotto/identity';
import { createSeededRandom } from '@sotto/testkit';
import { describe, expect, it } from 'vitest';
import { createRecordMemory } from './record-memory.ts';

function makeRecord(fill: number, issuedAt = 1_800_000_000_000) {
  const random = createSeededRandom(fill);
  const keys = deriveAccount(seedFromBytes(new Uint8Array(32).fill(fill)));
  const key = (length: number, type: number) => {
    const publicKey = new Uint8Array(length).fill(fill);
    publicKey[0] = type;
    return { id: 1, publicKey, signature: new Uint8Array(64).fill(fill) };
  };
  const draft = firstRevision({
    recoveryKey: keys.recoveryKey,
    issuedAt,
    devices: [
      {
        id: 1,
        registrationId: fill,
        deviceKey: createDeviceKey(random.bytes).publicKey,
        signedPreKey: key(33, 5),
        lastResortKyberPreKey: key(1_569, 8),
        certificateSignature: new Uint8Array(64),
        createdAt: issuedAt,
      },
    ],
    relays: [],
    serverCertificate: new Uint8Array(105).fill(2),
  });
  const second = { kind: 'recovery', secret: keys.recoverySecret } as const;
  const bytes = signRecord({ draft, identitySecret: keys.identitySecret, second });
  return { account: formatAccountId(keys.account), bytes };
}

describe('the memory of records', () => {
  it('reads the same bytes once', () => {
    const memory = createRecordMemory();
    const { account, bytes } = makeRecord(1);
    const first = memory.read(account, bytes);
    expect(first?.devices).toMatchObject([{ registrationId: 1 }]);
    expect(memory.read(account, bytes.slice())).toBe(first);
  });

  it('takes no other bytes and no other account for what it knows', () => {
    const memory = createRecordMemory();
    const { account, bytes } = makeRecord(1);
    const next = makeRecord(1, 1_800_000_000_001);
    const first = memory.read(account, bytes);
    for (let index = 0; index < bytes.length; index += 97) {
      const altered = bytes.slice();
      altered[index] = (altered[index] ?? 0) ^ 1;
      expect(memory.read(account, altered)).not.toBe(first);
    }
    expect(memory.read(account, next.bytes)?.issuedAt).toBe(1_800_000_000_001);
    expect(memory.read(makeRecord(2).account, bytes)).toBeUndefined();
    // What its reader does with the bytes afterwards changes nothing.
    const own = bytes.slice();
    memory.read(account, own);
    own.fill(0);
    expect(memory.read(account, own)).toBeUndefined();
  });

  it('forgets whom it has not met for long', () => {
    const memory = createRecordMemory();
    const [one, ...others] = Array.from({ length: 202 }, (_, index) => makeRecord(index + 1));
    if (one === undefined) throw new Error('no record');
    const first = memory.read(one.account, one.bytes);
    for (const { account, bytes } of others) memory.read(account, bytes);
    expect(memory.read(one.account, one.bytes)).not.toBe(first);
  });
});
