// Computes computed.json by another way than our packages: node:crypto and big integers for keys and
// words, libsignal for safety numbers and access keys. Run it from the root of the repository:
//   node vectors/identity/compute.mjs > vectors/identity/computed.json
import { createHash, createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Fingerprint, PublicKey } from '@signalapp/libsignal-client';
import { ProfileKey } from '@signalapp/libsignal-client/zkgroup.js';

const listing = readFileSync('packages/identity/src/words-english.ts', 'utf8');
const LIST = listing
  .slice(listing.indexOf('= `') + 3, listing.lastIndexOf('`'))
  .trim()
  .split(/\s+/);
const PKCS8 = {
  ed25519: '302e020100300506032b657004220420',
  x25519: '302e020100300506032b656e04220420',
};

/** The raw public key of a raw private key. */
function publicOf(curve, secret) {
  const der = Buffer.concat([Buffer.from(PKCS8[curve], 'hex'), secret]);
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return key.export({ format: 'der', type: 'spki' }).subarray(-32);
}

const hash = (name, ...parts) => createHash(name).update(Buffer.concat(parts)).digest();
const hkdf = (seed, info) => Buffer.from(hkdfSync('sha256', seed, '', info, 32));

function crc32(text) {
  const table = Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value;
  });
  let crc = -1;
  for (const letter of Buffer.from(text)) crc = table[(crc ^ letter) & 0xff] ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

function wordsOf(bytes) {
  const n = BigInt(LIST.length);
  const words = [];
  for (let offset = 0; offset < bytes.length; offset += 4) {
    const x = BigInt(bytes.readUInt32LE(offset));
    const first = x % n;
    const second = (x / n + first) % n;
    const third = (x / n / n + second) % n;
    words.push(...[first, second, third].map((index) => LIST[Number(index)]));
  }
  const prefixes = words.map((word) => word.slice(0, 3)).join('');
  return [...words, words[crc32(prefixes) % words.length]].join(' ');
}

function accountOf(name) {
  const seed = hash('sha256', Buffer.from(`sotto test seed ${name}`));
  const expanded = hash('sha512', seed);
  const scalar = expanded.subarray(0, 32);
  scalar[0] &= 248;
  scalar[31] = (scalar[31] & 127) | 64;
  const account = Buffer.concat([Buffer.of(5), publicOf('x25519', scalar)]);
  const aci = hash('sha256', Buffer.from('sotto aci v1'), account).subarray(0, 16);
  aci[6] = (aci[6] & 0x0f) | 0x80;
  aci[8] = (aci[8] & 0x3f) | 0x80;
  const uuid = aci.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const relay = 'https://relay.example';
  return {
    seed,
    words: wordsOf(seed),
    identityKey: publicOf('ed25519', seed),
    identitySecret: expanded,
    ratchetSecret: scalar,
    account,
    aci: uuid,
    recoveryKey: publicOf('ed25519', hkdf(seed, 'sotto recovery key v1')),
    relay,
    relayRecoveryPassword: hkdf(seed, `sotto relay recovery v1\0${relay}`),
  };
}

function safetyNumberOf(local, remote) {
  const aci = ({ aci }) => Buffer.from(aci.replaceAll('-', ''), 'hex');
  const key = ({ account }) => PublicKey.deserialize(account);
  const made = Fingerprint.new(5200, 2, aci(local), key(local), aci(remote), key(remote));
  return {
    local: local.account,
    remote: remote.account,
    digits: made.displayableFingerprint().toString(),
    qr: Buffer.from(made.scannableFingerprint().toBuffer()),
  };
}

function accessKeyOf(name) {
  const profileKey = hash('sha256', Buffer.from(`sotto test profile key ${name}`));
  return { profileKey, accessKey: Buffer.from(new ProfileKey(profileKey).deriveAccessKey()) };
}

const accounts = ['alice', 'bob', 'carol'].map(accountOf);
const [alice, bob, carol] = accounts;
const result = {
  source: 'our own; computed by vectors/identity/compute.mjs with node:crypto and libsignal-client 0.103.0',
  accounts,
  safetyNumbers: [safetyNumberOf(alice, bob), safetyNumberOf(bob, alice), safetyNumberOf(carol, bob)],
  accessKeys: ['alice', 'bob'].map(accessKeyOf),
};
const toText = (_key, value) => (value?.type === 'Buffer' ? Buffer.from(value.data).toString('hex') : value);
process.stdout.write(`${JSON.stringify(result, toText, 2)}\n`);
