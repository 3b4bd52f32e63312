import type { Server } from 'node:net';
import type { Bytes } from '@sotto/bytes';
import { holdFolder, type Work } from '@sotto/database';
import { formatRelayUrl } from '@sotto/identity';
import { buildContext } from './build-context.ts';
import { MAX_CONNECTIONS } from './constants.ts';
import { prepareDataFolder } from './data-folder.ts';
import type { Events } from './events.ts';
import { admitFairly } from './http/admit-fairly.ts';
import { createServer, listenOn, showCertificate, stopServing } from './http/open-server.ts';
import { createHttpService } from './http/serve-http.ts';
import { keepHouse } from './keep-house.ts';
import { addressOf, refuseAddress } from './listening-address.ts';
import { Opened } from './opened.ts';
import { operate } from './operation/operate.ts';
import { writeAddress } from './relay-address.ts';
import type { RelayOptions } from './relay-options.ts';
import { hasAccounts } from './store/accounts.ts';
import { hasTickets } from './store/once.ts';
import { ownCertificate, type RelayCertificate, readCertificate } from './tls/relay-certificate.ts';
import { type Renewal, renewCertificate } from './tls/renew-certificate.ts';

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
  /** Look now whether the files of the certificate have a new one; it is looked at every minute. Nothing without files. */
  renewCertificate(): void;
  /** Finish what is being answered, sync, close. Within 10 s. */
  close(): Promise<void>;
}

/**
 * Build and start a relay on a data folder, made at the first start. Resolves when it listens.
 * Rejects with RelayError, or DatabaseError `newer-version`, `in-use` or `unreadable`.
 */
export async function startRelay(options: RelayOptions): Promise<RunningRelay> {
  const { data, listen } = options;
  refuseAddress(options);
  prepareDataFolder(data);
  const opened = new Opened();
  try {
    const hold = holdFolder(data);
    opened.closeWith(() => hold.release());
    // Only now: a relay that is serving from this folder has its certificate in it.
    const certificate = await certificateOf(options);
    const context = await buildContext(options, opened);
    // What is kept elsewhere may have several relays at it, and their secrets are there by now.
    if (options.database !== undefined) hold.release();
    const fresh = await context.store.read(isFresh);
    const service = createHttpService(context);
    const server = createServer(service, certificate);
    admitFairly(server, context, MAX_CONNECTIONS);
    opened.closeWith(() => server.close());
    const port = await listenOn(server, listen);
    // A connection that could not be accepted: too many open files, for one.
    server.on('error', (error) => context.events.failed(error));
    const renewal = renewalOf(options, { certificate, server, events: context.events });
    if (renewal !== undefined) opened.closeWith(() => renewal.stop());
    const address = addressOf(options, port, certificate);
    context.blobs?.listensAt(address.url);
    writeAddress(data, address);
    opened.closeWith(keepHouse(context));
    const operation = await operate(options, context, service);
    if (operation !== undefined) opened.closeWith(() => operation.close());
    context.events.count('started');
    return {
      url: formatRelayUrl(address),
      key: certificate?.key,
      fresh,
      events: context.events,
      ...(operation && { operationPort: operation.port }),
      renewCertificate: () => renewal?.look(),
      close: async () => {
        await stopServing(server, service);
        await opened.close();
        context.events.count('stopped');
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Nobody has an account, nor a ticket that could make one. */
function* isFresh(): Work<boolean> {
  return !(yield* hasAccounts()) && !(yield* hasTickets());
}

/** Only what an operator has renewed; the relay's own is for ten years. */
function renewalOf(
  { tls }: RelayOptions,
  {
    certificate,
    server,
    events,
  }: { certificate: RelayCertificate | undefined; server: Server; events: Events },
): Renewal | undefined {
  if (typeof tls !== 'object' || certificate === undefined) return undefined;
  return renewCertificate({
    files: tls,
    certificate,
    show: (renewed) => showCertificate(server, renewed),
    events,
  });
}

async function certificateOf({ tls, data, listen }: RelayOptions): Promise<RelayCertificate | undefined> {
  if (tls === 'none') return undefined;
  return tls === undefined ? ownCertificate(data, listen.host) : readCertificate(tls);
}
