/**
 * The relay program as the command line starts it: config in, a running relay out. What a relay is
 * lives in @sotto/relay; this file only fixes what a process adds to it.
 */
import {
  type BackedUpFile,
  type Backup,
  type BlobsOptions,
  type BlobsPlace,
  backupRelay as backupRelayIn,
  type CodeSenderOptions,
  createInvite as createInviteIn,
  type Invitation,
  type Ledger,
  readLedger as readLedgerIn,
  readSecretFile,
  readSharedLedger,
  restoreRelay as restoreRelayIn,
  startRelay as startRelayHere,
} from '@sotto/relay';

export type { Invitation, Ledger };

export type CodesConfig = { readonly perHour?: number } & (
  | { readonly sms: 'log'; readonly beyondLoopback: boolean }
  | { readonly sms: 'webhook'; readonly url: string; readonly secretFile: string }
  | { readonly sms: 'twilio'; readonly service: string; readonly secretFile: string }
);

export type BlobsPlaceConfig =
  | { readonly kind: 'none' }
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 's3';
      readonly endpoint: string;
      readonly region: string;
      readonly bucket: string;
      readonly prefix: string;
      /** Its first line is `ID:SECRET`. */
      readonly secretFile: string;
    };

export interface RelayConfig {
  readonly data: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly registration: 'open' | 'invite' | 'phone';
  /** How codes get to phones, where phone numbers register; secrets come in files. */
  readonly codes?: CodesConfig;
  /** Files of a certificate and its key; without, the relay makes its own. `'none'`: plain http on loopback. */
  readonly tls?: { readonly cert: string; readonly key: string } | 'none';
  /** `postgres://…`, for relays that share what they keep, and `nats://…`, by which those wake each other. */
  readonly database?: string;
  readonly bus?: string;
  /** Origin that clients are told when it is not the listening address; a wildcard needs it. */
  readonly publicUrl?: string;
  /** Where what people upload is kept, and how many bytes of it at most. */
  readonly blobs?: { readonly place?: BlobsPlaceConfig; readonly limit?: number };
  /** TURN servers of the operator's with a file that has their secret, or where to run coturn. */
  readonly turn?:
    | { readonly urls: readonly string[]; readonly secretFile: string }
    | { readonly listen: { readonly host: string; readonly port: number }; readonly publicIp?: string };
  /** Addresses or networks of reverse proxies, whose `X-Forwarded-For` is believed. */
  readonly proxies?: readonly string[];
  /** `name: value` of Signal's remote config, for clients of that make. */
  readonly remoteConfig?: Readonly<Record<string, string>>;
  /** Where metrics and health are served, by plain http. */
  readonly operation?: { readonly host: string; readonly port: number };
}

export interface StartedRelay {
  /** Relay URL with `#key=…`. */
  readonly url: string;
  /** SHA-256 of the relay's SPKI, base64url; empty over plain http. */
  readonly key: string;
  /** Nobody has an account here yet, nor a ticket to make one. */
  readonly fresh: boolean;
  /** Port of metrics and health. */
  readonly operationPort?: number;
  /** Drains within 10 s. */
  close(): Promise<void>;
}

/**
 * Small buffers otherwise share pieces of 8 KiB, and the piece in use keeps what was in all of them, passwords and sealed
 * messages of long ago, until it is full.
 */
const NO_SHARED_BUFFERS = 0;

/** Start a relay; its few log lines go to stderr. Rejects with RelayError or DatabaseError. */
export async function startRelay(config: RelayConfig): Promise<StartedRelay> {
  Buffer.poolSize = NO_SHARED_BUFFERS;
  const { turn, codes, blobs, ...rest } = config;
  const relay = await startRelayHere({
    ...rest,
    ...(turn && {
      turn: 'urls' in turn ? { urls: turn.urls, secret: readSecretFile(turn.secretFile) } : turn,
    }),
    ...(blobs && { blobs: blobsOf(blobs) }),
    ...(codes && {
      codes: {
        sender: senderOf(codes),
        ...(codes.perHour !== undefined && { perHour: codes.perHour }),
      },
    }),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const renew = (): void => relay.renewCertificate();
  // Without files there is nothing to renew, and a terminal that is closed ends the relay as it ends any program.
  if (typeof config.tls === 'object') process.on('SIGHUP', renew);
  const key = relay.key === undefined ? '' : Buffer.from(relay.key).toString('base64url');
  const { url, fresh, operationPort } = relay;
  return {
    url,
    key,
    fresh,
    ...(operationPort !== undefined && { operationPort }),
    close: async () => {
      await relay.close();
      process.off('SIGHUP', renew);
    },
  };
}

function blobsOf({ place, limit }: NonNullable<RelayConfig['blobs']>): BlobsOptions {
  return { ...(place && { place: placeOf(place) }), ...(limit !== undefined && { limit }) };
}

function placeOf(place: BlobsPlaceConfig): BlobsPlace {
  if (place.kind !== 's3') return place;
  const { secretFile, ...rest } = place;
  return { ...rest, credentials: readSecretFile(secretFile) };
}

function senderOf(codes: CodesConfig): CodeSenderOptions {
  switch (codes.sms) {
    case 'log':
      return { kind: 'log', beyondLoopback: codes.beyondLoopback };
    case 'webhook':
      return { kind: 'webhook', url: codes.url, secret: readSecretFile(codes.secretFile) };
    case 'twilio':
      return { kind: 'twilio', service: codes.service, credentials: readSecretFile(codes.secretFile) };
  }
}

/** Make an invite to the relay of a data folder, running or not. */
export function createInvite(request: {
  readonly data: string;
  readonly presentation?: boolean;
  /** Where the relay keeps its accounts, when not in the folder. */
  readonly database?: string;
}): Promise<Invitation> {
  return createInviteIn(request);
}

/** Copy the data folder of a relay, running or not; see `backupRelay` of @sotto/relay. */
export function backupRelay(request: {
  readonly data: string;
  readonly elsewhere?: boolean;
  readonly to: string;
  readonly progress?: (file: BackedUpFile) => void;
}): Promise<Backup> {
  return backupRelayIn(request);
}

/** Make a data folder from such a copy. */
export function restoreRelay(request: {
  readonly from: string;
  readonly data: string;
  readonly database?: string;
}): Promise<{ readonly madeAt: number }> {
  return restoreRelayIn(request);
}

/** All that a relay holds about an account, in its folder or on its database. */
export async function readLedger(request: {
  readonly data: string;
  readonly database?: string;
  readonly aci: string;
}): Promise<Ledger> {
  const { data, database, aci } = request;
  return database === undefined ? readLedgerIn({ data, aci }) : readSharedLedger({ database, aci });
}
