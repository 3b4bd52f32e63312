import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import type {
  Access,
  Clock,
  Collector,
  Enrolment,
  IncomingEnvelope,
  PublishedPreKeys,
  Road,
  RoadCredentials,
} from '@sotto/client';
import { randomBytes } from '@sotto/crypto';
import {
  type AccountId,
  createDeviceKey,
  createSeed,
  deriveAccount,
  firstRevision,
  parseRelayUrl,
  type RelayAddress,
  signRecord,
} from '@sotto/identity';
import { libsignalEngine } from '@sotto/ratchet-libsignal';
import { waitUntil } from './wait-until.ts';

/** People who travel the relay road by itself, without a client above it. */

/** Ten times as fast, so that half a minute until redelivery is three seconds. */
const SPEED = 10;
export const clock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds / SPEED);
    return () => clearTimeout(timer);
  },
};

export interface Person {
  readonly account: AccountId;
  readonly access: Access;
  readonly enrolment: Enrolment;
  readonly keys: PublishedPreKeys;
  readonly record: Bytes;
}

/** Somebody whose record names a relay. */
export async function newPerson(relay: { readonly url: string }): Promise<Person> {
  const account = deriveAccount(createSeed(randomBytes));
  const registrationId = libsignalEngine.makeRegistrationId();
  const issued = libsignalEngine.issueCertificate({
    account: account.account,
    device: 1,
    identitySecret: account.ratchetSecret,
  });
  const ratchet = libsignalEngine.open(
    {
      account: account.account,
      device: 1,
      registrationId,
      identitySecret: account.ratchetSecret,
      certificate: issued.certificate,
    },
    { get: async () => undefined, keys: async () => [] },
  );
  const remaining = { preKeys: 0, kyberPreKeys: 0 };
  const { published } = await ratchet.maintain({ now: Date.now(), remaining });
  const { signedPreKey, lastResortKyberPreKey } = published;
  if (!signedPreKey || !lastResortKyberPreKey) throw new Error('no keys');
  const draft = firstRevision({
    recoveryKey: account.recoveryKey,
    issuedAt: Date.now(),
    devices: [
      {
        id: 1,
        registrationId,
        deviceKey: createDeviceKey(randomBytes).publicKey,
        signedPreKey,
        lastResortKyberPreKey,
        certificateSignature: issued.signature,
        createdAt: Date.now(),
      },
    ],
    relays: [parseRelayUrl(relay.url)],
    serverCertificate: issued.serverCertificate,
  });
  const accessKey = randomBytes(16);
  return {
    account: account.account,
    access: { kind: 'contact', accessKey, mailboxes: [] },
    keys: published,
    record: signRecord({
      draft,
      identitySecret: account.identitySecret,
      second: { kind: 'recovery', secret: account.recoverySecret },
    }),
    enrolment: {
      account: account.account,
      device: 1,
      registrationId,
      accessKey,
      keys: { signedPreKey, lastResortKyberPreKey, preKeys: [], kyberPreKeys: [] },
      identitySecret: account.identitySecret,
      recoveryPassword: randomBytes(32),
      restore: false,
      blinding: randomBytes(32),
    },
  };
}

export async function enrol(road: Road, enrolment: Enrolment): Promise<RoadCredentials> {
  const enrolled = await road.enrol(enrolment);
  if (enrolled.outcome !== 'enrolled') throw new Error(JSON.stringify(enrolled));
  return enrolled.credentials;
}

/** Collect into a list; `take` decides what becomes of an envelope. */
export function collect(take: (envelope: IncomingEnvelope) => Promise<void> = async () => undefined) {
  const texts: string[] = [];
  const ids: string[] = [];
  const events: string[] = [];
  const collector: Collector = {
    envelope: async (envelope) => {
      texts.push(fromUtf8(envelope.sealed));
      ids.push(envelope.id);
      await take(envelope);
    },
    drained: () => events.push('drained'),
    connected: () => events.push('connected'),
    disconnected: () => events.push('disconnected'),
    stopped: (reason) => events.push(reason),
  };
  const until = (what: string, condition: () => boolean) => waitUntil(what, 60_000, condition);
  return { texts, ids, events, collector, until };
}

export function send(
  road: Road,
  to: Person,
  text: string,
  access: Access = to.access,
  relays: readonly RelayAddress[] = [],
) {
  const { device, registrationId } = to.enrolment;
  return road.deliver({
    to: to.account,
    access,
    relays,
    messages: [{ device, registrationId, bytes: utf8(text) }],
    timestamp: Date.now(),
    urgent: true,
  });
}
