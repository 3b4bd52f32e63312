import { isIP } from 'node:net';
import { CliError } from '../cli-error.ts';
import type { RelayAccessChoice, RoadChoice } from './invocation.ts';
import { shownUrl } from './shown-url.ts';
import {
  readBlobsPlace,
  readChoice,
  readCount,
  readHostPort,
  readLine,
  readName,
  readPath,
  readProxies,
  readRemoteConfig,
  readSeconds,
  readSize,
  readWho,
} from './values.ts';

/** A flag with a value. */
export interface ValueFlag<Value> {
  readonly name: string;
  /** How the value is shown in help. */
  readonly shown: string;
  readonly about: string;
  readonly read: (text: string) => Value;
  /** Not taken from the environment. */
  readonly onlyTyped?: true;
  /** What it is when it is given nowhere, as text. */
  readonly fallback?: string;
  /** As it may be shown. */
  readonly secret?: (text: string) => string;
  /** Can stand on the line several times; `read` gets all values, joined by this. */
  readonly many?: ',' | '\n';
}

/** A flag that is there or not. */
export interface SwitchFlag {
  readonly name: string;
  readonly about: string;
}

/** File names hold commas, and no line ends. */
export const attach: ValueFlag<readonly string[]> = {
  name: 'attach',
  shown: 'file',
  about: 'send this file, too; several times for several',
  many: '\n',
  read: (text) => text.split('\n').map(readPath),
};

export const saveAttachments: ValueFlag<string> = {
  name: 'save-attachments',
  shown: 'folder',
  about: 'fetch the files of what has come in, and save them there',
  read: readPath,
};

export const config: ValueFlag<string> = {
  name: 'config',
  shown: 'file',
  about: 'a file of settings: JSON, flags without their dashes',
  read: readPath,
};

export const printConfig: SwitchFlag = {
  name: 'print-config',
  about: 'print what it would run with, as such a file, and run nothing',
};

export const metricsListen: ValueFlag<{ readonly host: string; readonly port: number }> = {
  name: 'metrics-listen',
  shown: 'host:port',
  about: 'serve /metrics and /health/… there, for you alone, by plain http',
  read: readHostPort,
};

export const database: ValueFlag<string> = {
  name: 'database',
  shown: 'url',
  about: 'keep accounts and mail on PostgreSQL, which several relays can share: postgres://user@host/name',
  read: (text) => readLine(text, 2_048),
  secret: (url) => shownUrl(url, { path: 'shown' }),
};

export const bus: ValueFlag<string> = {
  name: 'bus',
  shown: 'url',
  about: 'relays that share a database wake each other through NATS: nats://host:port',
  read: (text) => readLine(text, 2_048),
  secret: (url) => shownUrl(url, { path: 'shown' }),
};

export const blobs: ValueFlag<
  | { readonly kind: 'none' }
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
> = {
  name: 'blobs',
  shown: 'folder|s3://bucket/prefix|none',
  about: 'where what people upload is kept (default: blobs in the folder of the relay; none with --database)',
  read: readBlobsPlace,
};

export const blobsLimit: ValueFlag<number> = {
  name: 'blobs-limit',
  shown: 'size',
  about: 'how much of that there may be, as 500M, 20G or 2T (default: 20G)',
  fallback: '20G',
  read: readSize,
};

export const blobsEndpoint: ValueFlag<string> = {
  name: 'blobs-endpoint',
  shown: 'url',
  about: 'the S3-compatible store of --blobs s3://…',
  read: (text) => readLine(text, 512),
  secret: (url) => shownUrl(url, { path: 'shown' }),
};

export const blobsRegion: ValueFlag<string> & { readonly fallback: string } = {
  name: 'blobs-region',
  shown: 'name',
  about: 'its region (default: us-east-1)',
  fallback: 'us-east-1',
  read: (text) => readLine(text, 64),
};

export const blobsSecretFile: ValueFlag<string> = {
  name: 'blobs-secret-file',
  shown: 'file',
  about: 'a file with ID:SECRET of an access key to it in its first line',
  read: readPath,
};

export const turn: ValueFlag<readonly string[]> = {
  name: 'turn',
  shown: 'url',
  about: 'a TURN server of yours for calls: turn:host:port; give it once for each',
  many: ',',
  read: (text) =>
    text.split(',').map((url) => {
      if (/^turns?:[\w.:[\]-]{1,300}(\?transport=(udp|tcp))?$/.test(url)) return url;
      throw new CliError('usage', 'it is no TURN URL', 'as in turn:turn.example:3478?transport=udp');
    }),
};

export const turnSecretFile: ValueFlag<string> = {
  name: 'turn-secret-file',
  shown: 'file',
  about: 'a file with the secret that the TURN server shares with the relay (static-auth-secret of coturn)',
  read: readPath,
};

export const coturn: ValueFlag<{ readonly host: string; readonly port: number }> = {
  name: 'coturn',
  shown: 'address:port',
  about: 'run coturn beside the relay, which has to be installed, and listen there',
  read: (text) => {
    const at = readHostPort(text);
    if (isIP(at.host) !== 0 && at.port !== 0) return at;
    throw new CliError('usage', 'it is an address of this machine with a port', 'as in 203.0.113.5:3478');
  },
};

export const coturnPublic: ValueFlag<string> = {
  name: 'coturn-public',
  shown: 'address',
  about: 'the address that callers dial, when coturn is behind a router that passes its ports on',
  read: (text) => {
    if (isIP(text) !== 0) return text;
    throw new CliError('usage', 'it is an address, not a name', 'as in 203.0.113.5');
  },
};

export const trustedProxy: ValueFlag<readonly string[]> = {
  name: 'trusted-proxy',
  shown: 'ip|network',
  about:
    'a reverse proxy before the relay, as 10.0.0.2 or 10.0.0.0/8: its X-Forwarded-For is believed; several times',
  many: ',',
  read: readProxies,
};

export const remoteConfig: ValueFlag<Readonly<Record<string, string>>> = {
  name: 'remote-config',
  shown: 'name=value',
  about:
    'a setting that clients of Signal’s make ask for, as global.groupsv2.maxGroupSize=151; several times',
  many: ',',
  read: readRemoteConfig,
};

export const json: SwitchFlag = { name: 'json', about: 'print one JSON object a line' };

export const profile: ValueFlag<string> = {
  name: 'profile',
  shown: 'folder',
  about: 'the folder of the profile',
  read: readPath,
};

export const passphraseFile: ValueFlag<string> = {
  name: 'passphrase-file',
  shown: 'file',
  about: 'a file whose first line is the passphrase of the profile',
  read: readPath,
};

export const proxy: ValueFlag<string> = {
  name: 'proxy',
  shown: 'url',
  about: 'dial through a proxy only: socks5://host:port or http://host:port',
  read: (text) => readLine(text, 512),
};

export const data: ValueFlag<string> = {
  name: 'data',
  shown: 'folder',
  about: 'the folder of the relay',
  read: readPath,
};

export const listen: ValueFlag<{ readonly host: string; readonly port: number }> = {
  name: 'listen',
  shown: 'host:port',
  about: 'where to listen; port 0 takes a free one',
  read: readHostPort,
};

export const backupTo: ValueFlag<string> = {
  name: 'to',
  shown: 'folder',
  about: 'a new folder for the backup',
  read: readPath,
  // SOTTO_TO is somebody to write to.
  onlyTyped: true,
};

export const backupFrom: ValueFlag<string> = {
  name: 'from',
  shown: 'folder',
  about: 'the folder of a backup',
  read: readPath,
  onlyTyped: true,
};

export const publicUrl: ValueFlag<string> = {
  name: 'public',
  shown: 'url',
  about: 'the address that clients are told, when it is not the one listened on',
  read: (text) => readLine(text, 512),
};

export const tlsCert: ValueFlag<string> = {
  name: 'tls-cert',
  shown: 'file',
  about: 'a certificate of your own (PEM) instead of the one the relay makes',
  read: readPath,
};

export const tlsKey: ValueFlag<string> = {
  name: 'tls-key',
  shown: 'file',
  about: 'its key (PEM)',
  read: readPath,
};

export const tlsByProxy: SwitchFlag = {
  name: 'tls-by-proxy',
  about: 'plain http on loopback, for a reverse proxy there that has a certificate of a known authority',
};

export const registration: ValueFlag<'open' | 'invite' | 'phone'> = {
  name: 'registration',
  shown: 'open|invite|phone',
  about: 'who may register (default: invite)',
  fallback: 'invite',
  read: (text) => readChoice(text, ['open', 'invite', 'phone']),
};

export const sms: ValueFlag<'log' | 'webhook' | 'twilio'> = {
  name: 'sms',
  shown: 'log|webhook|twilio',
  about: 'how codes get to phones, with --registration phone',
  read: (text) => readChoice(text, ['log', 'webhook', 'twilio']),
};

export const smsUrl: ValueFlag<string> = {
  name: 'sms-url',
  shown: 'url',
  about: 'where codes are posted, with --sms webhook',
  read: (text) => readLine(text, 2_048),
  // Of some services the address itself is what lets in.
  secret: (url) => shownUrl(url, { path: 'hidden' }),
};

export const smsService: ValueFlag<string> = {
  name: 'sms-service',
  shown: 'sid',
  about: 'your Verify service (VA…), with --sms twilio',
  read: (text) => readLine(text, 64),
};

export const smsSecretFile: ValueFlag<string> = {
  name: 'sms-secret-file',
  shown: 'file',
  about: 'a file with the secret of the webhook, or SK…:secret of Twilio, in its first line',
  read: readPath,
};

export const smsPerHour: ValueFlag<number> = {
  name: 'sms-per-hour',
  shown: 'number',
  about: 'codes that are sent in an hour of the clock at most (default: 200)',
  read: (text) => readCount(text, 1_000_000),
};

export const smsBeyondLoopback: SwitchFlag = {
  name: 'sms-beyond-loopback',
  about: 'write codes to the log although others can reach the relay',
};

export const presentation: SwitchFlag = {
  name: 'presentation',
  about: 'also print a ready receipt presentation, for tests with other clients; linkable',
};

export const accountName: ValueFlag<string> = {
  name: 'name',
  shown: 'name',
  about: 'what others see of you; it travels only inside the encryption',
  read: readName,
};

export const contactName: ValueFlag<string> = {
  name: 'name',
  shown: 'name',
  about: 'your own name for them',
  read: readName,
  // SOTTO_NAME is one's own name; it would name everybody who is added.
  onlyTyped: true,
};

export const network: ValueFlag<string> = {
  name: 'network',
  shown: 'text|file',
  about: 'a network text, or a file that holds one',
  read: (text) => readLine(text, 393_216),
};

export const relay: ValueFlag<string> = {
  name: 'relay',
  shown: 'url',
  about: 'a relay, with its key: https://host:port#key=…',
  read: (text) => readLine(text, 512),
};

export const invite: ValueFlag<string> = {
  name: 'invite',
  shown: 'link',
  about: 'an invite; it names its relay too',
  read: (text) => readLine(text, 4096),
};

export const directory: ValueFlag<string> = {
  name: 'directory',
  shown: 'file',
  about: 'a signed list of storage nodes, for the onion road',
  read: readPath,
};

export const onionOnly: SwitchFlag = {
  name: 'onion-only',
  about: 'use no relay at all, whatever the network names',
};

export const phrase: SwitchFlag = { name: 'phrase', about: 'print the words that restore the account' };
export const yes: SwitchFlag = { name: 'yes', about: 'do not ask' };
export const force: SwitchFlag = {
  name: 'force',
  about: 'erase here although the network does not answer',
};

export const to: ValueFlag<string> = {
  name: 'to',
  shown: 'id|name|link',
  about: 'an account ID, the name of a contact, or a contact link',
  read: readWho,
};

export const road: ValueFlag<RoadChoice> = {
  name: 'road',
  shown: 'auto|relay|onion',
  about: 'the road of this chat from now on',
  read: readRoad,
};

/** Seconds; the largest value is a day, as the local API allows. */
export const timeout: ValueFlag<number> = {
  name: 'timeout',
  shown: 'seconds',
  about: 'how long to wait',
  read: readSeconds,
};

export const follow: SwitchFlag = { name: 'follow', about: 'go on until interrupted' };
export const events: SwitchFlag = { name: 'events', about: 'print other events too' };

export function readRoad(text: string): RoadChoice {
  return readChoice(text, ['auto', 'relay', 'onion']);
}

export function readRelayAccess(text: string): RelayAccessChoice {
  return readChoice(text, ['direct', 'onion']);
}
