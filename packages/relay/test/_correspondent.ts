import {
  type CiphertextMessage,
  ErrorCode,
  LibSignalErrorBase,
  type MismatchedDevicesEntry,
  type Net,
  ProtocolAddress,
  processPreKeyBundle,
  type SenderCertificate,
  sealedSenderEncryptMessage,
  signalEncrypt,
} from '@signalapp/libsignal-client';
import { type Bytes, utf8 } from '@sotto/bytes';
import { serviceIdOf } from './_libsignal-world.ts';
import type { Person } from './_person.ts';

/** What Signal's client stack is given for one device. */
interface Outbound<Contents> {
  readonly deviceId: number;
  readonly registrationId: number;
  readonly contents: Contents;
}

/** Somebody who writes to an account as clients do: its devices are those that the relay tells of. */
export class Correspondent {
  readonly #self: Person;
  readonly #other: Person;
  readonly #anonymous: Net.UnauthenticatedChatConnection;
  /** Registration ID by number of the device. */
  readonly #devices = new Map<number, number>();

  constructor(self: Person, other: Person, anonymous: Net.UnauthenticatedChatConnection) {
    this.#self = self;
    this.#other = other;
    this.#anonymous = anonymous;
  }

  /** Fetch the keys of a device, and begin a session with it. */
  async learn(deviceId: number): Promise<void> {
    const { preKeyBundles } = await this.#anonymous.getPreKeys({
      target: serviceIdOf(this.#other),
      device: { deviceId },
      auth: { accessKey: this.#other.accessKey },
    });
    const { sessions, identities } = this.#self.stores;
    for (const bundle of preKeyBundles) {
      await processPreKeyBundle(
        bundle,
        this.#address(bundle.deviceId()),
        this.#self.address,
        sessions,
        identities,
      );
      this.#devices.set(bundle.deviceId(), bundle.registrationId());
    }
  }

  named(text: string): Promise<Outbound<CiphertextMessage>[]> {
    const { sessions, identities } = this.#self.stores;
    return this.#forEach((address) =>
      signalEncrypt(utf8(text), address, this.#self.address, sessions, identities),
    );
  }

  sealed(text: string, certificate: SenderCertificate): Promise<Outbound<Bytes>[]> {
    const { sessions, identities } = this.#self.stores;
    return this.#forEach((address) =>
      sealedSenderEncryptMessage(utf8(text), address, certificate, sessions, identities),
    );
  }

  /** Send, and after each refusal learn what it says and send again. What the refusals said. */
  async sendUntilTaken(send: () => Promise<void>): Promise<MismatchedDevicesEntry[]> {
    const told: MismatchedDevicesEntry[] = [];
    for (;;) {
      const refusal = await send().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refusal === undefined) return told;
      const isNews = LibSignalErrorBase.is(refusal, ErrorCode.MismatchedDevices);
      if (!isNews || told.length > 2) throw refusal;
      for (const entry of refusal.entries) {
        told.push(entry);
        for (const device of entry.extraDevices) this.#devices.delete(device);
        for (const device of [...entry.missingDevices, ...entry.staleDevices]) await this.learn(device);
      }
    }
  }

  async #forEach<Contents>(
    encrypt: (address: ProtocolAddress) => Promise<Contents>,
  ): Promise<Outbound<Contents>[]> {
    const all: Outbound<Contents>[] = [];
    for (const [deviceId, registrationId] of this.#devices) {
      all.push({ deviceId, registrationId, contents: await encrypt(this.#address(deviceId)) });
    }
    return all;
  }

  #address(device: number): ProtocolAddress {
    return ProtocolAddress.new(this.#other.aci, device);
  }
}
