import { randomUUID } from 'node:crypto';
import {
  groupDecrypt,
  groupEncrypt,
  type Net,
  processPreKeyBundle,
  processSenderKeyDistributionMessage,
  SenderCertificate,
  SenderKeyDistributionMessage,
  sealedSenderDecryptToUsmc,
  sealedSenderMultiRecipientEncrypt,
  UnidentifiedSenderMessageContent,
} from '@signalapp/libsignal-client';
import {
  ClientZkGroupCipher,
  GroupSecretParams,
  GroupSendDerivedKeyPair,
  GroupSendEndorsement,
  GroupSendEndorsementsResponse,
  type GroupSendFullToken,
  ServerSecretParams,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { type Bytes, utf8 } from '@sotto/bytes';
import { parseDeliveryCertificate, parseJson } from '@sotto/protocol';
import { loadSecrets } from '../src/secrets/relay-secrets.ts';
import { serviceIdOf } from './_libsignal-world.ts';
import type { Person } from './_person.ts';

const DAY = 24 * 60 * 60 * 1000;
const CONTENT_HINT = 2;

/** People in a group, all of whom have the first one's sender key; it writes to the others with one upload. */
export class Group {
  readonly #people: readonly Person[];
  readonly #distribution = randomUUID();
  readonly #params = GroupSecretParams.generate();
  #certificate: SenderCertificate | undefined;

  constructor(people: readonly Person[]) {
    this.#people = people;
  }

  /** Fetch keys and a certificate, and give out the sender key, as clients do before the first message. */
  async begin(
    anonymous: Net.UnauthenticatedChatConnection,
    sender: Net.AuthenticatedChatConnection,
  ): Promise<void> {
    const others = this.#people.slice(1);
    const path = '/v1/certificate/delivery?includeE164=false';
    const { body } = await sender.fetch({ verb: 'GET', path, headers: [] });
    const { certificate } = parseDeliveryCertificate(parseJson(body ?? new Uint8Array()));
    this.#certificate = SenderCertificate.deserialize(certificate);
    for (const other of others) await this.meet(anonymous, other);
  }

  /** Begin a session of the first person with a device, and give it the sender key. */
  async meet(anonymous: Net.UnauthenticatedChatConnection, device: Person): Promise<void> {
    const [{ stores, address }] = this.#people as [Person];
    const { preKeyBundles } = await anonymous.getPreKeys({
      target: serviceIdOf(device),
      device: { deviceId: device.device },
      auth: { accessKey: device.accessKey },
    });
    for (const bundle of preKeyBundles) {
      await processPreKeyBundle(bundle, device.address, address, stores.sessions, stores.identities);
    }
    const distribution = await SenderKeyDistributionMessage.create(
      address,
      this.#distribution,
      stores.senderKeys,
    );
    await processSenderKeyDistributionMessage(address, distribution, device.stores.senderKeys);
  }

  /** One message of the first person to devices of others of the group, or to the first one of each. */
  async write(text: string, to: readonly Person[] = this.#people.slice(1)): Promise<Bytes> {
    const [{ stores, address }] = this.#people as [Person];
    const message = await groupEncrypt(address, this.#distribution, stores.senderKeys, utf8(text));
    const certificate = this.#certificate as SenderCertificate;
    return sealedSenderMultiRecipientEncrypt({
      content: UnidentifiedSenderMessageContent.new(message, certificate, CONTENT_HINT, null),
      recipients: to.map((person) => person.address),
      identityStore: stores.identities,
      sessionStore: stores.sessions,
    });
  }

  /** What somebody of the group reads in an envelope. */
  async read(reader: Person, content: Bytes): Promise<string> {
    const opened = await sealedSenderDecryptToUsmc(content, reader.stores.identities);
    const [first] = this.#people as [Person];
    const text = await groupDecrypt(first.address, reader.stores.senderKeys, opened.contents());
    return new TextDecoder().decode(text);
  }

  /** What the group's server would give the first person to write to some of the others, ending after so many days. */
  token(relayData: string, to: readonly Person[] = this.#people.slice(1), days = 1): GroupSendFullToken {
    const secret = loadSecrets(relayData)?.zkParams.expose() ?? new Uint8Array();
    const params = new ServerSecretParams(secret);
    const expiration = new Date((Math.floor(Date.now() / DAY) + days) * DAY);
    const keyPair = GroupSendDerivedKeyPair.forExpiration(expiration, params);
    const ids = this.#people.map(serviceIdOf);
    const cipher = new ClientZkGroupCipher(this.#params);
    const issued = GroupSendEndorsementsResponse.issue(
      ids.map((id) => cipher.encryptServiceId(id)),
      keyPair,
    );
    const own = ids[0] as (typeof ids)[number];
    const issuedAt = new Date(expiration.getTime() - DAY);
    const { endorsements } = issued.receiveWithServiceIds(
      ids,
      own,
      this.#params,
      params.getPublicParams(),
      issuedAt,
    );
    const wanted = to.map((person) => endorsements[this.#people.indexOf(person)] as GroupSendEndorsement);
    return GroupSendEndorsement.combine(wanted).toFullToken(this.#params, expiration);
  }
}
