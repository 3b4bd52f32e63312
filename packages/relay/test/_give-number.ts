import { join } from 'node:path';
import type { Bytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { run } from '@sotto/database';
import { openRelayStore } from '../src/store/relay-store.ts';
import { createNewcomer, type Newcomer } from './_newcomer.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

/** The identity of a number, random as the relay makes it. */
export interface GivenNumber {
  /** The same relay, started again. */
  readonly relay: TestRelay;
  readonly pni: Bytes;
  readonly identityKey: Bytes;
}

/** Give an account a number, in the file of a relay that stands still meanwhile. */
export async function giveNumber(
  relay: TestRelay,
  { aci }: Newcomer,
  options: { readonly now?: () => number } = {},
): Promise<GivenNumber> {
  await relay.relay.close();
  const pni = randomBytes(16);
  const identityKey = createNewcomer().keys.account;
  const store = openRelayStore(join(relay.data, 'relay.db'));
  await store.write(() =>
    run('UPDATE account SET number_hash = ?, pni = ?, pni_identity_key = ? WHERE aci = ?', [
      randomBytes(32),
      pni,
      identityKey,
      aci,
    ]),
  );
  await store.close();
  return { relay: await createTestRelay({ data: relay.data, ...options }), pni, identityKey };
}
