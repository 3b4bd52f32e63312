import { isIP } from 'node:net';
import { CliError } from '../cli-error.ts';

/**
 * Readers of values from the command line. Each throws CliError `usage` with what is expected; the
 * caller adds which flag or argument it was. None repeats the value, which may be a secret.
 */

export function readLine(text: string, longest: number): string {
  if (text.trim() === '') throw bad('it is empty');
  if (Buffer.byteLength(text) > longest) throw bad(`it is longer than ${longest} bytes`);
  if (text.includes('\0')) throw bad('it has a zero byte');
  return text;
}

/** The longest path that Linux takes. */
export function readPath(text: string): string {
  return readLine(text, 4096);
}

export function readName(text: string): string {
  const name = readLine(text, 256).trim();
  // Line breaks and escapes would let a name draw on the terminal of whoever lists it.
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)) throw bad('a name has no control characters');
  if ([...name].length > 64) throw bad('a name has at most 64 characters');
  return name;
}

/** An account ID, a name or a contact link; what it means is found out where the contacts are. */
export function readWho(text: string): string {
  return readLine(text, 1024);
}

/** An account's number at a relay: a UUID. */
export function readAci(text: string): string {
  const aci = readLine(text, 64).trim().toLowerCase();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(aci))
    throw bad('an ACI is a UUID, as in `account show`');
  return aci;
}

/** A mailbox as storage nodes name it: a byte for its kind and a public key, in hexadecimal. */
export function readMailbox(text: string): string {
  const mailbox = readLine(text, 128).trim().toLowerCase();
  if (!/^[0-9a-f]{66}$/.test(mailbox)) throw bad('a mailbox is 66 hexadecimal digits, as an account ID is');
  return mailbox;
}

/** Milliseconds, of seconds that may have a fraction. */
export function readSeconds(text: string): number {
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text) || Number(text) > 86_400) {
    throw bad('it is a number of seconds, at most 86400');
  }
  return Math.round(Number(text) * 1000);
}

/** A whole number from 1. */
export function readCount(text: string, most: number): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text) || Number(text) > most) throw bad(`it is a number from 1 to ${most}`);
  return Number(text);
}

/** Bytes, of a number with `M`, `G` or `T` behind it, which are MiB, GiB and TiB. */
export function readSize(text: string): number {
  const [, count = '', unit = ''] = /^([1-9][0-9]{0,3})([MGT])$/.exec(text) ?? [];
  if (count === '') throw bad('it is a number from 1 to 9999 with M, G or T behind it, as 20G');
  return Number(count) * 1024 ** (2 + 'MGT'.indexOf(unit));
}

/** A folder, a bucket with the beginning of names in it, or `none`. */
export function readBlobsPlace(text: string) {
  if (text === 'none') return { kind: 'none' } as const;
  if (!text.startsWith('s3://')) return { kind: 'folder', folder: readPath(text) } as const;
  const [bucket = '', ...names] = readLine(text, 512).slice('s3://'.length).replace(/\/$/, '').split('/');
  const isGood =
    /^[a-z0-9][a-z0-9.-]{1,62}$/.test(bucket) && names.every((name) => /^[\w-][\w.-]*$/.test(name));
  if (!isGood) throw bad('a bucket looks like s3://bucket or s3://bucket/prefix');
  return { kind: 's3', bucket, prefix: names.map((name) => `${name}/`).join('') } as const;
}

/** `host:port`; an IPv6 address stands in brackets. */
export function readHostPort(text: string): { readonly host: string; readonly port: number } {
  const match = /^(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253}):(\d{1,5})$/.exec(text);
  const host = match?.[1]?.replace(/^\[|\]$/g, '');
  const port = Number(match?.[2]);
  if (host === undefined || port > 65_535) throw bad('it looks like 127.0.0.1:8443 or [::1]:8443');
  return { host, port };
}

/** Addresses, and networks as `10.0.0.0/8`, joined by commas. */
export function readProxies(text: string): readonly string[] {
  const proxies = readLine(text, 4096)
    .split(',')
    .map((proxy) => proxy.trim());
  if (!proxies.every(isProxy)) throw bad('it is an IP address, or a network as 10.0.0.0/8');
  return proxies;
}

function isProxy(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
}

/**
 * Settings `NAME=VALUE` joined by commas. Lists are values too, so a comma that no `NAME=` follows is one of the value's.
 * What names and values may be is the relay's to say.
 */
export function readRemoteConfig(text: string): Readonly<Record<string, string>> {
  const settings = new Map<string, string>();
  for (const setting of readLine(text, 65_536).split(/,\s*(?=[\w.-]+=)/)) {
    const [, name = '', value = ''] = /^\s*([\w.-]+)=(.*)$/s.exec(setting) ?? [];
    if (name === '') throw bad('it looks like NAME=VALUE');
    if (settings.has(name)) throw bad('it sets one name twice');
    settings.set(name, value);
  }
  return Object.fromEntries(settings);
}

export function readChoice<Choice extends string>(text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw bad(`it is one of ${choices.join(', ')}`);
  return found;
}

/** The longest text a message takes is found out by who writes it down; this only bounds the argument. */
export const MAX_TEXT_BYTES = 256 * 1024;

export function readText(text: string): string {
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES) throw bad('it is longer than a message can be');
  return text;
}

function bad(why: string): CliError {
  return new CliError('usage', why);
}
