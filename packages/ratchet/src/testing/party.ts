import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { createSeed, deriveAccount } from '@sotto/identity';
import type {
  DecryptOutcome,
  DeviceAddress,
  KnownDevices,
  LocalDevice,
  MaintainRequest,
  PreKeyBundle,
  PublishedPreKeys,
  Ratchet,
  RatchetEngine,
  RatchetMessage,
} from '../port.ts';
import { createMemoryRatchetStore, type MemoryRatchetStore } from './memory-store.ts';

/** Noon of a day that no test's arithmetic crosses into the past from. */
export const START = Date.UTC(2026, 0, 1, 12);

/**
 * One device in a test. Every call opens the ratchet anew from the committed rows, so each test is at the
 * same time a test of restarting between any two steps.
 */
export interface Party {
  readonly local: LocalDevice;
  /** As the record publishes it. */
  readonly certificateSignature: Bytes;
  readonly address: DeviceAddress;
  readonly store: MemoryRatchetStore;
  /** The ratchet, freshly opened. */
  ratchet(): Ratchet;
  /** Run housekeeping and commit it; what it publishes replaces what was published before. */
  maintain(request?: Partial<MaintainRequest>): Promise<PublishedPreKeys>;
  /** What a server would hand out now: a one-time key of each kind while there are some. */
  takeBundle(): PreKeyBundle;
  /** Encrypt and commit, taking a bundle when there is no session. */
  encrypt(to: Party, text: string, now?: number): Promise<RatchetMessage>;
  /** Encrypt, commit and seal. */
  send(to: Party, text: string, now?: number): Promise<Bytes>;
  /** Unseal and decrypt without committing. */
  open(sealed: Bytes, from: Party): Promise<DecryptOutcome>;
  /** Unseal, decrypt and commit: the text, or the outcome when there is none. */
  receive(sealed: Bytes, from: Party): Promise<string>;
}

export interface PartyOptions {
  readonly device?: number;
  /** Another device of the same account. */
  readonly accountOf?: Party;
  readonly registrationId?: number;
}

/** A device with its certificate and a first set of prekeys. */
export async function createParty(engine: RatchetEngine, options: PartyOptions = {}): Promise<Party> {
  const device = options.device ?? 1;
  const identity = options.accountOf?.local ?? newIdentity();
  const { account, identitySecret } = identity;
  const { certificate, signature } = engine.issueCertificate({ account, device, identitySecret });
  const registrationId = options.registrationId ?? engine.makeRegistrationId();
  const local: LocalDevice = { account, device, registrationId, identitySecret, certificate };
  const party = new TestParty(engine, local, signature);
  await party.maintain({ remaining: { preKeys: 0, kyberPreKeys: 0 } });
  return party;
}

/** What the pinned record of a party says about its one device. */
export function knownDevices(party: Party): KnownDevices {
  const { certificateSignature } = party;
  return [{ id: party.local.device, registrationId: party.local.registrationId, certificateSignature }];
}

function newIdentity(): Pick<LocalDevice, 'account' | 'identitySecret'> {
  const { account, ratchetSecret } = deriveAccount(createSeed(randomBytes));
  return { account, identitySecret: ratchetSecret };
}

class TestParty implements Party {
  readonly local: LocalDevice;
  readonly certificateSignature: Bytes;
  readonly address: DeviceAddress;
  readonly store = createMemoryRatchetStore();
  readonly #engine: RatchetEngine;
  #published: PublishedPreKeys = { preKeys: [], kyberPreKeys: [] };

  constructor(engine: RatchetEngine, local: LocalDevice, certificateSignature: Bytes) {
    this.#engine = engine;
    this.local = local;
    this.certificateSignature = certificateSignature;
    this.address = { account: local.account, device: local.device };
  }

  ratchet(): Ratchet {
    return this.#engine.open(this.local, this.store);
  }

  async maintain(request: Partial<MaintainRequest> = {}): Promise<PublishedPreKeys> {
    const { published, changes } = await this.ratchet().maintain({ now: START, ...request });
    this.store.commit(changes);
    this.store.commit(await this.ratchet().published(published));
    this.#published = {
      ...this.#published,
      ...published,
      preKeys: published.preKeys.length > 0 ? published.preKeys : this.#published.preKeys,
      kyberPreKeys: published.kyberPreKeys.length > 0 ? published.kyberPreKeys : this.#published.kyberPreKeys,
    };
    return published;
  }

  takeBundle(): PreKeyBundle {
    const { signedPreKey, lastResortKyberPreKey, preKeys, kyberPreKeys } = this.#published;
    if (signedPreKey === undefined || lastResortKyberPreKey === undefined) {
      throw new Error('the party has published no keys');
    }
    const [preKey, ...otherPreKeys] = preKeys;
    const [kyberPreKey = lastResortKyberPreKey, ...otherKyberPreKeys] = kyberPreKeys;
    this.#published = { ...this.#published, preKeys: otherPreKeys, kyberPreKeys: otherKyberPreKeys };
    const { device, registrationId } = this.local;
    return {
      device,
      registrationId,
      signedPreKey,
      kyberPreKey,
      ...(preKey === undefined ? {} : { preKey }),
    };
  }

  async encrypt(to: Party, text: string, now = START): Promise<RatchetMessage> {
    const request = { to: to.address, plaintext: utf8(text), now };
    let encrypted = await this.ratchet().encrypt(request);
    if (encrypted.outcome === 'needs-bundle') {
      encrypted = await this.ratchet().encrypt({ ...request, bundle: to.takeBundle() });
    }
    if (encrypted.outcome !== 'encrypted') throw new Error(`encrypting: ${encrypted.outcome}`);
    this.store.commit(encrypted.changes);
    return encrypted.message;
  }

  async send(to: Party, text: string, now = START): Promise<Bytes> {
    const sealed = await this.ratchet().seal(to.address, await this.encrypt(to, text, now));
    if (sealed.outcome !== 'sealed') throw new Error(`sealing: ${sealed.outcome}`);
    return sealed.bytes;
  }

  async open(sealed: Bytes, from: Party): Promise<DecryptOutcome> {
    const unsealed = await this.ratchet().unseal(sealed);
    if (unsealed.outcome !== 'unsealed') throw new Error(`unsealing: ${unsealed.reason}`);
    return this.ratchet().decrypt({
      unsealed: unsealed.unsealed,
      knownDevices: knownDevices(from),
    });
  }

  async receive(sealed: Bytes, from: Party): Promise<string> {
    const opened = await this.open(sealed, from);
    if (opened.outcome !== 'decrypted') return opened.outcome;
    this.store.commit(opened.changes);
    return fromUtf8(opened.plaintext);
  }
}
