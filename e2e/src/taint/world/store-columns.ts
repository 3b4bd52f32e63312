import { KyberPreKeyRecord, PreKeyRecord, SignedPreKeyRecord } from '@signalapp/libsignal-client';
import { ed25519KeyPair } from '@sotto/crypto';
import { deriveAccessKey } from '@sotto/identity';
import type { Cell, Dump } from '../../dump-database.ts';
import { type Canary, MIN_CANARY } from '../find/canary.ts';

export type Value = Pick<Canary, 'field' | 'bytes' | 'mailbox'>;
type Row = Readonly<Record<string, Cell>>;

export const SECRET_KEY = 'secret key of an account or a device';
/** Of the 3,168 bytes of a private Kyber key: there are a hundred of them, and the end of each is the public key. */
const KYBER_PART = { from: 1, to: 65 };
/** What a stored prekey has before libsignal's record of it (packages/ratchet-libsignal/src/key-row.ts). */
const KEY_ROW_HEAD = 15;

/**
 * Every column of a store with what its values are in the words of the ledger. A column that is not here is looked
 * for under its own name, and no ledger names that: so nothing that is added to a store is forgotten.
 */
const COLUMNS: Readonly<Record<string, (cell: Cell, row: Row) => readonly Value[]>> = {
  'account.seed': named(SECRET_KEY),
  'account.identity_secret': named(SECRET_KEY),
  'account.device_secret': named(SECRET_KEY),
  'account.profile_key': (cell) => [
    { field: 'profile key', bytes: bytesOf(cell) },
    { field: 'access key', bytes: deriveAccessKey(new Uint8Array(bytesOf(cell))) },
  ],
  'credential.value': (cell, { road }) => (road === 'relay' ? relayCredential(cell) : onionCredential(cell)),
  'outbox.content': named('content of a message before encryption'),
  'failed_text.content': named('content of a message before encryption'),
  'outbox_encrypted.bytes': named('message of the ratchet inside the seal'),
  'ratchet.value': (cell, { table }) => ratchetValue(bytesOf(cell), String(table)),
  'contact.last_hash': named('hash by which messages of a chat are chained'),
  'chain.hash': named('hash by which messages of a chat are chained'),
  'chain_ahead.hash': named('hash by which messages of a chat are chained'),
  'chain_ahead.previous': named('hash by which messages of a chat are chained'),
};

/**
 * Columns that hold nothing of their own: what was typed, accounts and records, which are canaries already;
 * what a relay or a storage node has said itself; public facts of the network; and words of the program.
 */
const ELSEWHERE = new Set([
  ...['account.account', 'account.name', 'account.record', 'account.network', 'account.certificate'],
  ...['account.server_certificate', 'account.certificate_signature', 'contact.account', 'contact.name'],
  ...['contact.nickname', 'contact.profile_key', 'contact.record', 'contact.refused_record'],
  ...[
    'contact.knows_mailbox',
    'contact_mailbox.account',
    'contact_mailbox.address',
    'road_memory.value',
    'message.author',
  ],
  ...['message.chat', 'message.text', 'message.problem', 'chain.account', 'chain_ahead.account'],
  ...['held.account', 'held.text', 'outbox.id', 'outbox.recipient', 'outbox.message_author'],
  ...['outbox_encrypted.entry', 'failed_text.author', 'failed_text.recipient', 'receipt.author'],
  ...['receipt.recipient', 'seen.mark', 'ratchet.key', 'ratchet.table', 'chat.account', 'chat.draft'],
  ...['preferences.screen', 'sqlite_sequence.name', 'contact.warning'],
]);
const WORD = /^[a-z-]+$/;
/** The index of words: typed words are looked for as such. */
const INDEX = /^message_word/;

/** What stands in the columns of a store. */
export function ofColumns(dump: Dump): readonly Value[] {
  const values: Value[] = [];
  for (const [table, rows] of dump) {
    if (INDEX.test(table)) continue;
    for (const row of rows) {
      for (const [column, cell] of Object.entries(row)) {
        const name = `${table}.${column}`;
        if (ELSEWHERE.has(name) || cell === null || typeof cell === 'number') continue;
        // States and kinds are words of the program.
        if (cell.length < MIN_CANARY || (typeof cell === 'string' && WORD.test(cell))) continue;
        values.push(...(COLUMNS[name] ?? named(`store: ${name}`))(cell, row));
      }
    }
  }
  return values;
}

function named(field: string): (cell: Cell) => readonly Value[] {
  return (cell) => [{ field, bytes: bytesOf(cell) }];
}

function bytesOf(cell: Cell): Uint8Array {
  if (cell === null || typeof cell === 'number') throw new Error('this cell has no bytes');
  return typeof cell === 'string' ? Buffer.from(cell) : cell;
}

/** Version, device, ACI, password: the password goes over the wire as base64url text. */
function relayCredential(cell: Cell): readonly Value[] {
  const password = bytesOf(cell).subarray(18);
  return [password, Buffer.from(Buffer.from(password).toString('base64url'))].map((bytes) => ({
    field: 'password of a device',
    bytes,
  }));
}

/** Version, device, identity secret, then the seed of the contact mailbox and of those before it. */
function onionCredential(cell: Cell): readonly Value[] {
  const bytes = bytesOf(cell);
  const seeds = [bytes.subarray(66, 98)];
  for (let at = 99; at + 40 <= bytes.length; at += 40) seeds.push(bytes.subarray(at, at + 32));
  return seeds.flatMap((seed) => {
    const { publicKey } = ed25519KeyPair(new Uint8Array(seed));
    const mailbox = Buffer.concat([Buffer.of(3), publicKey]);
    return [
      { field: 'secret key of a contact mailbox', bytes: seed },
      { field: 'contact mailbox', bytes: publicKey, mailbox },
    ];
  });
}

function ratchetValue(bytes: Uint8Array, table: string): readonly Value[] {
  const secret = (key: Uint8Array) => [{ field: 'private half of a prekey', bytes: key }];
  // Each record of a prekey stands behind its use and times.
  const record = new Uint8Array(bytes.subarray(KEY_ROW_HEAD));
  switch (table) {
    case 'pre-key':
      return secret(PreKeyRecord.deserialize(record).privateKey().serialize());
    case 'signed-pre-key':
      return secret(SignedPreKeyRecord.deserialize(record).privateKey().serialize());
    case 'kyber-pre-key':
      return secret(kyberSecret(record).subarray(KYBER_PART.from, KYBER_PART.to));
    case 'first-message':
      // A number alone.
      return [];
    default:
      return [{ field: `state of the ratchet (${table})`, bytes }];
  }
}

function kyberSecret(record: Uint8Array<ArrayBuffer>): Uint8Array {
  return KyberPreKeyRecord.deserialize(record).secretKey().serialize();
}
