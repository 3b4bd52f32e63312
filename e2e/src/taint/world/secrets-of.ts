import { deriveAccount, deriveRelayRecoveryPassword, wordsToSeed } from '@sotto/identity';
import { unlockProfileKey } from '@sotto/store-sqlite';
import { type Dump, dumpDatabase } from '../../dump-database.ts';
import type { Canary } from '../find/canary.ts';
import type { Person } from './person.ts';
import { ofColumns, SECRET_KEY, type Value } from './store-columns.ts';

const RECORD = 'account record';

/** A person's encrypted store, read with the person's own key. */
export interface OpenedStore {
  readonly person: Person;
  readonly key: Uint8Array;
  readonly dump: Dump;
}

export async function openStoreOf(person: Person): Promise<OpenedStore> {
  const { profile: folder, passphrase } = person;
  const key = unlockProfileKey({
    folder,
    ...(passphrase === undefined ? {} : { passphrase: passphrase.text }),
  }).expose();
  return { person, key, dump: await dumpDatabase(`${folder}/store.db`, key) };
}

/** All that the store holds and that nobody else should, and by what the words bring the account back at a relay. */
export function secretsOf({ person, key, dump }: OpenedStore, relay: string): readonly Canary[] {
  const own = [{ field: 'key of the store', bytes: key }, ...ofWords(person, relay), ...ofColumns(dump)];
  return own.map((value) => ({ ...value, of: person.label }));
}

/** Revisions of the owner's record and of contacts' that the store has; `people` by their accounts. */
export function recordsIn({ dump }: OpenedStore, people: ReadonlyMap<string, Person>): readonly Canary[] {
  const rows = [...(dump.get('account') ?? []), ...(dump.get('contact') ?? [])];
  return rows.flatMap(({ account = null, record = null }) => {
    const owner = people.get(String(account));
    if (owner === undefined || !(record instanceof Uint8Array)) return [];
    return [{ field: RECORD, of: owner.label, bytes: record, mailbox: mailboxOf(owner.account) }];
  });
}

/** When messages were written, to the millisecond. */
export function timesIn({ person, dump }: OpenedStore): readonly number[] {
  const rows = dump.get('message') ?? [];
  return rows.flatMap(({ author, sent_at: at }) =>
    author === person.account && typeof at === 'number' ? [at] : [],
  );
}

/** Prefix and key of the mailbox that has the account's name. */
function mailboxOf(account: string): Uint8Array {
  return Buffer.from(account, 'hex');
}

/** What others know the person by. */
export function identifiersOf({ label, account, aci, ticket, words }: Person): readonly Canary[] {
  const mailbox = mailboxOf(account);
  const aciBytes = Buffer.from(aci.replaceAll('-', ''), 'hex');
  const { identityKey, recoveryKey } = accountOf(words);
  const known: Value[] = [
    { field: 'account ID', bytes: mailbox, mailbox },
    // What goes about as text may be encoded once more as such.
    { field: 'account ID', bytes: Buffer.from(account), mailbox },
    { field: 'Ed25519 form of the identity key', bytes: identityKey, mailbox },
    { field: 'public recovery key', bytes: recoveryKey, mailbox },
    { field: 'ACI', bytes: aciBytes },
    { field: 'ACI', bytes: Buffer.from(aci) },
    ...(ticket === undefined ? [] : [{ field: 'ticket of an invite', bytes: ticket }]),
  ];
  return known.map((value) => ({ ...value, of: label }));
}

function accountOf(words: string) {
  const read = wordsToSeed(words);
  if (read.outcome !== 'seed') throw new Error('the words of an account are no words');
  return { ...deriveAccount(read.seed), seed: read.seed };
}

function ofWords({ words }: Person, relay: string): readonly Value[] {
  const { seed, identitySecret, ratchetSecret, recoverySecret } = accountOf(words);
  return [
    { field: 'recovery words', bytes: Buffer.from(words) },
    { field: 'recovery password', bytes: deriveRelayRecoveryPassword(seed, relay) },
    ...[seed, identitySecret, ratchetSecret, recoverySecret.subarray(0, 32)].map((bytes) => ({
      field: SECRET_KEY,
      bytes,
    })),
  ];
}
