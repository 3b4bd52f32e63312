import { x25519KeyPair } from '@sotto/crypto';
import { FairShare } from '@sotto/limits';
import { watchDisk } from '@sotto/operation';
import { createAvatars } from './blobs/create-avatars.ts';
import { openBlobs } from './blobs/open-blobs.ts';
import { CODES_PER_HOUR, DEFAULT_WORK_BITS, MAX_UNDER_WAY } from './constants.ts';
import type { RelayContext } from './context.ts';
import { createRemoteConfig } from './create-remote-config.ts';
import { RelayError } from './errors.ts';
import { createEvents, type Events } from './events.ts';
import { createClientAddresses } from './http/client-addresses.ts';
import { createLimits } from './limits/limits.ts';
import { NewRecipients } from './limits/new-recipients.ts';
import { openData } from './open-data.ts';
import type { Opened } from './opened.ts';
import type { RelayOptions } from './relay-options.ts';
import { createCredentials } from './secrets/credentials.ts';
import { createGroupSendTokens } from './secrets/group-send-tokens.ts';
import { createHashNumber } from './secrets/hash-number.ts';
import { createReceipts } from './secrets/receipts.ts';
import { loadOrCreateSecrets } from './secrets/relay-secrets.ts';
import { createSenderCertificates } from './secrets/sender-certificates.ts';
import { type Joined, type JoinOptions, joinOthers } from './shared/join-others.ts';
import { requireSameSecrets } from './shared/require-same-secrets.ts';
import { createCodeSender } from './sms/create-code-sender.ts';
import { Connections } from './socket/connections.ts';
import { runCoturn } from './turn/run-coturn.ts';
import type { TurnServers } from './turn/turn-credentials.ts';
import { createTurnUser } from './turn/turn-user.ts';
import { Waiters } from './waiters.ts';

/**
 * Open all that calls use. What was opened is in `opened`, also when this rejects: with RelayError `bad-code-sender`
 * or `bad-remote-config`, before anything is, or as `startRelay` does.
 */
export async function buildContext(options: RelayOptions, opened: Opened): Promise<RelayContext> {
  const codeSender = codeSenderOf(options);
  const remoteConfig = createRemoteConfig(options.remoteConfig ?? {});
  const secrets = loadOrCreateSecrets(options.data);
  const { log = NO_LOG, now = Date.now } = options;
  const codesPerHour = options.codes?.perHour ?? CODES_PER_HOUR;
  const events = createEvents(log);
  const disk = await watchDisk({ folder: options.data, events });
  opened.closeWith(() => disk.stop());
  const turn = await turnServers(options, events, opened);
  const { store, mailbox, onlineMail } = await openData(options, events, opened);
  if (options.database !== undefined) await requireSameSecrets(store, secrets);
  const blobs = await openBlobs(options, { uploadKey: secrets.uploadKey, disk, events }, opened);
  const connections = new Connections();
  const others = await joinOthersOf(
    options,
    { key: secrets.busKey, connections, mailbox, store, events },
    opened,
  );
  return {
    registration: options.registration,
    remoteConfig,
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
    codesPerHour,
    codesUnderWay: new Set(),
    limits: createLimits({ codesPerHour, blobsLimit: options.blobs?.limit }),
    newRecipients: new NewRecipients(),
    addresses: createClientAddresses(options.proxies ?? [], () => events.count('client-unnamed')),
    credentials: createCredentials(secrets),
    underWay: new FairShare(MAX_UNDER_WAY),
    turnUser: createTurnUser(secrets),
    ...(blobs && { blobs, avatars: createAvatars(blobs) }),
    ...(turn && { turn }),
    ...(others && { others: others.look }),
    ...(codeSender && { codeSender }),
    disk,
    events,
    now,
  };
}

/** One of several only where others can share what it keeps. */
async function joinOthersOf(
  { database, bus }: RelayOptions,
  join: Omit<JoinOptions, 'bus'>,
  opened: Opened,
): Promise<Joined | undefined> {
  if (database === undefined) return undefined;
  const joined = joinOthers({ ...join, ...(bus !== undefined && { bus }) });
  opened.closeWith(() => joined.close());
  return joined;
}

async function turnServers(
  { turn }: RelayOptions,
  events: Events,
  opened: Opened,
): Promise<TurnServers | undefined> {
  if (turn === undefined || 'urls' in turn) return turn;
  const coturn = await runCoturn({ ...turn, events });
  opened.closeWith(() => coturn.close());
  return coturn.servers;
}

/** Where phone numbers register, and nowhere else. Throws RelayError `bad-code-sender`. */
function codeSenderOf({ registration, codes, listen, log = NO_LOG, now = Date.now }: RelayOptions) {
  if (registration !== 'phone') return undefined;
  if (codes !== undefined) return createCodeSender(codes.sender, { host: listen.host, log, now });
  throw new RelayError('bad-code-sender', 'who registers by phone is sent a code, and it is not said how');
}

const NO_LOG = (): void => undefined;
