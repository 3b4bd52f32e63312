import { join } from 'node:path';
import { type Dump, dumpDatabase, dumpNodeDatabase } from '../../dump-database.ts';
import type { Canary } from '../find/canary.ts';
import type { Person } from '../world/person.ts';
import type { TaintWorld } from '../world/world.ts';

/** In front stand whose it is and its times, which are canaries of their own; here all is ciphertext. */
const CIPHERTEXT = { from: 200, to: 300 };
/** Namespace of mailboxes that anybody may write to. */
const INBOX = 40;

/** Every sealed message that waits at a server of the world now; those of request mailboxes wait until they are over. */
export async function lettersIn(
  { relay, nodes }: TaintWorld,
  people: readonly Person[],
  ownerOf: (mailbox: Uint8Array) => string,
): Promise<readonly Omit<Canary, 'field'>[]> {
  const mail = await dumpDatabase(join(relay.data, 'mailbox.db'));
  const byAci = new Map(people.map(({ aci, label }) => [aci.replaceAll('-', ''), label]));
  const atRelay = rowsOf(mail, 'mail').flatMap(({ envelope, account }) => {
    if (!(envelope instanceof Uint8Array) || !(account instanceof Uint8Array)) return [];
    const of = byAci.get(Buffer.from(account).toString('hex')) ?? 'nobody';
    return [{ of, bytes: ciphertextOf(envelope) }];
  });
  const inSwarms: Omit<Canary, 'field'>[] = [];
  for (const { data } of nodes) {
    for (const row of rowsOf(await dumpNodeDatabase(join(data, 'node.db')), 'message')) {
      const { data: letter, pubkey: mailbox, namespace } = row;
      if (!(letter instanceof Uint8Array) || !(mailbox instanceof Uint8Array) || namespace !== INBOX)
        continue;
      inSwarms.push({ of: ownerOf(mailbox), bytes: ciphertextOf(letter), mailbox });
    }
  }
  return distinct([...atRelay, ...inSwarms]);
}

function rowsOf(dump: Dump, table: string) {
  return dump.get(table) ?? [];
}

function ciphertextOf(letter: Uint8Array): Uint8Array {
  return letter.subarray(CIPHERTEXT.from, CIPHERTEXT.to);
}

/** Members of a swarm hold the same ones. */
function distinct(letters: readonly Omit<Canary, 'field'>[]): readonly Omit<Canary, 'field'>[] {
  const known = new Map(letters.map((letter) => [Buffer.from(letter.bytes).toString('hex'), letter]));
  return [...known.values()];
}
