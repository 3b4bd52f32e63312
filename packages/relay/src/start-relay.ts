import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, isIP, type Server } from 'node:net';
import { join } from 'node:path';
import type { Bytes } from '@sotto/bytes';
import { x25519KeyPair } from '@sotto/crypto';
import { holdFolder, openPostgres, type Work } from '@sotto/database';
import { formatRelayUrl, type RelayAddress } from '@sotto/identity';
import { FairShare } from '@sotto/limits';
import { memoryOnlineMail, openMailbox, openPostgresMailbox, openPostgresOnlineMail } from '@sotto/mailbox';
import type { RegistrationMode, WorkPurpose } from '@sotto/protocol';
import {
  DEFAULT_WORK_BITS,
  DRAIN_TIMEOUT,
  HANDSHAKE_TIMEOUT,
  MAX_CONNECTIONS,
  MAX_UNDER_WAY,
} from './constants.ts';
import type { RelayContext } from './context.ts';
import { prepareDataFolder } from './data-folder.ts';
import { RelayError } from './errors.ts';
import { createEvents, type Events } from './events.ts';
import { admitFairly } from './http/admit-fairly.ts';
import { createClientAddresses } from './http/client-addresses.ts';
import { isLoopback } from './http/is-loopback.ts';
import { createHttpService, HTTP_LIMITS, type HttpService } from './http/serve-http.ts';
import { keepHouse } from './keep-house.ts';
import { createLimits } from './limits/limits.ts';
import { NewRecipients } from './limits/new-recipients.ts';
import { watchDisk } from './operation/disk-watch.ts';
import { createMetrics } from './operation/metrics.ts';
import { type Operation, serveOperation } from './operation/serve-operation.ts';
import { writeAddress } from './relay-address.ts';
import { createCredentials } from './secrets/credentials.ts';
import { createGroupSendTokens } from './secrets/group-send-tokens.ts';
import { createHashNumber } from './secrets/hash-number.ts';
import { createReceipts } from './secrets/receipts.ts';
import { loadOrCreateSecrets } from './secrets/relay-secrets.ts';
import { createSenderCertificates } from './secrets/sender-certificates.ts';
import { type Joined, type JoinOptions, joinOthers } from './shared/join-others.ts';
import { type CodeSenderOptions, createCodeSender } from './sms/create-code-sender.ts';
import { Connections } from './socket/connections.ts';
import { hasAccounts } from './store/accounts.ts';
import { hasTickets } from './store/once.ts';
import { openRelayStore, openSharedRelayStore } from './store/relay-store.ts';
import { ownCertificate, type RelayCertificate, readCertificate } from './tls/relay-certificate.ts';
import { type CoturnOptions, runCoturn } from './turn/run-coturn.ts';
import type { TurnServers } from './turn/turn-credentials.ts';
import { Waiters } from './waiters.ts';

export interface RelayOptions {
  /** Data folder, nothing else in it; made when it is not there, and 0700 from then on. */
  readonly data: string;
  /** Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly registration: RegistrationMode;
  /** Files of a certificate; without, the relay makes its own. `'none'` is plain http, on loopback only. */
  readonly tls?: { readonly cert: string; readonly key: string } | 'none';
  /** Origin that clients are told, when it is not the listening address: behind a proxy or a name. A wildcard needs it. */
  readonly publicUrl?: string;
  /**
   * Addresses, or networks as `10.0.0.0/8`, of reverse proxies: the address of a client behind one is what it writes in
   * `X-Forwarded-For`. Whoever else writes such a header is not believed.
   */
  readonly proxies?: readonly string[];
  /** Where `/metrics` and `/health/…` are served, by plain http; nowhere without. */
  readonly operation?: { readonly host: string; readonly port: number };
  /**
   * `postgres://…`: accounts and mail are kept there, and any number of relays with the secrets and certificate of this
   * folder serve the same. Without, they are in files of the folder, and this is the only relay.
   */
  readonly database?: string;
  /** `nats://…`: relays on one database wake each other through it. */
  readonly bus?: string;
  /** TURN servers of the operator's, or where to run coturn. */
  readonly turn?: TurnServers | Omit<CoturnOptions, 'events'>;
  /** How codes get to phones; needed where `registration` is `'phone'`, and nowhere else of use. */
  readonly codes?: {
    readonly sender: CodeSenderOptions;
    /** So many are sent in an hour at most; 200 unless told otherwise. */
    readonly perHour?: number;
  };
  readonly workBits?: Partial<Readonly<Record<WorkPurpose, number>>>;
  /** One line at a time; nothing of it names anybody. */
  readonly log?: (line: string) => void;
  readonly now?: () => number;
}

export interface RunningRelay {
  /** With `#key=…`, as it is given to clients. */
  readonly url: string;
  /** SHA-256 of the server's SPKI; absent over plain http. */
  readonly key: Bytes | undefined;
  /** When it started it had no account, and no ticket that could have made one: nobody can get in by invite yet. */
  readonly fresh: boolean;
  readonly events: Events;
  /** Port of `/metrics` and `/health/…`. */
  readonly operationPort?: number;
  /** Finish what is being answered, sync, close. Within 10 s. */
  close(): Promise<void>;
}

/**
 * Build and start a relay on a data folder, made at the first start. Resolves when it listens.
 * Rejects with RelayError, or DatabaseError `newer-version`, `in-use` or `unreadable`.
 */
export async function startRelay(options: RelayOptions): Promise<RunningRelay> {
  const { data, listen } = options;
  if (options.tls === 'none' && !isLoopback(listen.host)) {
    throw new RelayError(
      'not-loopback',
      'plain http is for this machine only; give a certificate or leave --tls-* away',
    );
  }
  if (options.publicUrl === undefined && isWildcard(listen.host)) {
    throw new RelayError(
      'needs-public-url',
      'no client can dial an address that stands for all; name the one they dial with --public https://HOST',
    );
  }
  const codeSender = codeSenderOf(options);
  prepareDataFolder(data);
  const disposers: (() => unknown)[] = [];
  const dispose = async (): Promise<void> => {
    for (const one of disposers.splice(0).reverse()) await one();
  };
  try {
    const hold = holdFolder(data);
    disposers.push(() => hold.release());
    // Only now: a relay that is serving from this folder has its certificate in it.
    const certificate = await certificateOf(options);
    const context = { ...(await buildContext(options, disposers)), ...(codeSender && { codeSender }) };
    // What is kept elsewhere may have several relays at it, and their secrets are there by now.
    if (options.database !== undefined) hold.release();
    const fresh = await context.store.read(isFresh);
    const service = createHttpService(context);
    const server = createServer(service, certificate);
    admitFairly(server, context, MAX_CONNECTIONS);
    disposers.push(() => server.close());
    const port = await listenOn(server, listen);
    // A connection that could not be accepted: too many open files, for one.
    server.on('error', (error) => context.events.failed(error));
    const address = addressOf(options, port, certificate);
    writeAddress(data, address);
    const stopHousekeeping = keepHouse(context);
    const operation = await operate(options, context, service);
    if (operation !== undefined) disposers.push(() => operation.close());
    context.events.count('started');
    return {
      url: formatRelayUrl(address),
      key: certificate?.key,
      fresh,
      events: context.events,
      ...(operation && { operationPort: operation.port }),
      close: async () => {
        stopHousekeeping();
        await stopServing(server, service);
        await dispose();
        context.events.count('stopped');
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function buildContext(options: RelayOptions, disposers: (() => unknown)[]): Promise<RelayContext> {
  const secrets = loadOrCreateSecrets(options.data);
  const { log = NO_LOG, now = Date.now, codes } = options;
  const events = createEvents(log);
  const disk = await watchDisk({ folder: options.data, events });
  disposers.push(() => disk.stop());
  const turn = await turnServers(options, events, disposers);
  const { store, mailbox, onlineMail } = await openData(options, events, disposers);
  const connections = new Connections();
  const others = await joinOthersOf(
    options,
    { key: secrets.busKey, connections, mailbox, store, events },
    disposers,
  );
  return {
    registration: options.registration,
    workBits: { ...DEFAULT_WORK_BITS, ...options.workBits },
    store,
    mailbox,
    onlineMail,
    connections,
    waiters: new Waiters(),
    receipts: createReceipts(secrets),
    certificates: createSenderCertificates(secrets),
    groupSendTokens: createGroupSendTokens(secrets),
    onionKeys: x25519KeyPair(secrets.onionKey.expose()),
    hashNumber: createHashNumber(secrets),
    limits: createLimits(codes?.perHour),
    newRecipients: new NewRecipients(),
    addresses: createClientAddresses(options.proxies ?? []),
    credentials: createCredentials(secrets),
    underWay: new FairShare(MAX_UNDER_WAY),
    ...(turn && { turn }),
    ...(others && { others: others.look }),
    disk,
    events,
    now,
  };
}

/** Where accounts and mail are kept. */
async function openData(
  { data, database }: RelayOptions,
  events: Events,
  disposers: (() => unknown)[],
): Promise<Pick<RelayContext, 'store' | 'mailbox' | 'onlineMail'>> {
  if (database !== undefined) {
    const postgres = await openPostgres({ url: database });
    disposers.push(() => postgres.close());
    const mailbox = await openPostgresMailbox({ postgres });
    const onlineMail = await openPostgresOnlineMail({ postgres });
    return { store: await openSharedRelayStore(postgres), mailbox, onlineMail };
  }
  const eraseFailed = (error: unknown): void => events.failed(error);
  const store = openRelayStore(join(data, 'relay.db'), eraseFailed);
  disposers.push(() => store.close());
  const mailbox = openMailbox({ path: join(data, 'mailbox.db'), eraseFailed });
  disposers.push(() => mailbox.close());
  const onlineMail = memoryOnlineMail((times) => events.count('online-dropped', times));
  return { store, mailbox, onlineMail };
}

/** One of several only where others can share what it keeps. */
async function joinOthersOf(
  { database, bus }: RelayOptions,
  join: Omit<JoinOptions, 'bus'>,
  disposers: (() => unknown)[],
): Promise<Joined | undefined> {
  if (database === undefined) return undefined;
  const joined = joinOthers({ ...join, ...(bus !== undefined && { bus }) });
  disposers.push(() => joined.close());
  return joined;
}

async function turnServers(
  { turn }: RelayOptions,
  events: Events,
  disposers: (() => unknown)[],
): Promise<TurnServers | undefined> {
  if (turn === undefined || 'urls' in turn) return turn;
  const coturn = await runCoturn({ ...turn, events });
  disposers.push(() => coturn.close());
  return coturn.servers;
}

/** Where phone numbers register, and nowhere else. Throws RelayError `bad-code-sender`. */
function codeSenderOf({ registration, codes, listen, log = NO_LOG, now = Date.now }: RelayOptions) {
  if (registration !== 'phone') return undefined;
  if (codes !== undefined) return createCodeSender(codes.sender, { host: listen.host, log, now });
  throw new RelayError('bad-code-sender', 'who registers by phone is sent a code, and it is not said how');
}

const NO_LOG = (): void => undefined;

/** The operator's own port, when there is to be one. */
async function operate(
  { operation }: RelayOptions,
  { events, disk, underWay, others }: RelayContext,
  service: HttpService,
): Promise<Operation | undefined> {
  if (operation === undefined) return undefined;
  const unready = (): string | undefined => {
    if (service.draining) return 'it is stopping';
    if (others?.reachable === false) return 'the database cannot be reached';
    return disk.full ? 'the disk is full' : undefined;
  };
  const metrics = createMetrics(() => ({
    events: events.totals(),
    sockets: service.sockets,
    underWay: underWay.taken,
    diskFree: disk.free,
    ready: unready() === undefined,
  }));
  return serveOperation({ listen: operation, metrics, unready });
}

/** Nobody has an account, nor a ticket that could make one. */
function* isFresh(): Work<boolean> {
  return !(yield* hasAccounts()) && !(yield* hasTickets());
}

async function certificateOf({ tls, data, listen }: RelayOptions): Promise<RelayCertificate | undefined> {
  if (tls === 'none') return undefined;
  return tls === undefined ? ownCertificate(data, listen.host) : readCertificate(tls);
}

function createServer(service: HttpService, certificate: RelayCertificate | undefined): Server {
  const server =
    certificate === undefined
      ? createHttpServer(HTTP_LIMITS)
      : createHttpsServer({
          ...HTTP_LIMITS,
          cert: certificate.certificate,
          key: certificate.privateKey,
          minVersion: 'TLSv1.2',
          handshakeTimeout: HANDSHAKE_TIMEOUT,
        });
  server.on('request', service.request);
  server.on('upgrade', (request, stream, head) => void service.upgrade(request, stream, head));
  server.on('clientError', service.unreadable);
  return server;
}

function listenOn(server: Server, { host, port }: RelayOptions['listen']): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new RelayError('cannot-listen', 'cannot listen on that address', { cause: error })),
    );
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function addressOf(
  { listen, publicUrl, tls }: RelayOptions,
  port: number,
  certificate: RelayCertificate | undefined,
): RelayAddress {
  const host = isIP(listen.host) === 6 ? `[${listen.host}]` : listen.host;
  const url = publicUrl ?? new URL(`${tls === 'none' ? 'http' : 'https'}://${host}:${port}`).origin;
  return certificate === undefined ? { url } : { url, key: certificate.key };
}

/** However it is written: `0`, `::` and `0:0::0` stand for all addresses as `0.0.0.0` does. */
function isWildcard(host: string): boolean {
  if (host === '') return true;
  const url = `http://${isIP(host) === 6 ? `[${host}]` : host}`;
  return URL.canParse(url) && WILDCARDS.includes(new URL(url).hostname);
}

/** The last is the first, mapped into IPv6. */
const WILDCARDS: readonly string[] = ['0.0.0.0', '[::]', '[::ffff:0:0]'];

async function stopServing(server: Server, service: HttpService): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const deadline = new Promise<void>((resolve) => {
    setTimeout(resolve, DRAIN_TIMEOUT).unref();
  });
  const drained = service.drain();
  if ('closeIdleConnections' in server) (server as { closeIdleConnections(): void }).closeIdleConnections();
  await Promise.race([drained.then(() => closed), deadline]);
  service.cut();
  if ('closeAllConnections' in server) (server as { closeAllConnections(): void }).closeAllConnections();
  await closed;
}
