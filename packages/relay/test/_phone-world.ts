import { KEMKeyPair, Net, PrivateKey } from '@signalapp/libsignal-client';
import type { Bytes } from '@sotto/bytes';
import type { WireSignedPreKey } from '@sotto/protocol';
import { Person } from './_person.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

/** A relay where phone numbers register, whose codes can be read in its log. */
export interface PhoneRelay extends TestRelay {
  /** What was sent to a number last. */
  codeFor(number: string): string;
  readonly clock: { now: number };
  restart(): Promise<PhoneRelay>;
}

export async function createPhoneRelay(codes: { readonly perHour?: number } = {}): Promise<PhoneRelay> {
  const lines: string[] = [];
  const clock = { now: Date.now() };
  const relay = await createTestRelay({
    registration: 'phone',
    codes: { sender: { kind: 'log' }, ...codes },
    log: (line) => lines.push(line),
    now: () => clock.now,
    // Nobody is limited by the address of this machine: a test that is about limits says another.
    proxies: ['127.0.0.1'],
  });
  const codeFor = (number: string): string => {
    const line = lines.findLast((one) => one.startsWith(`code for ${number} `));
    const code = /: ([0-9]{6})$/.exec(line ?? '')?.[1];
    if (code === undefined) throw new Error(`no code was sent to ${number}`);
    return code;
  };
  const withCodes = (one: TestRelay): PhoneRelay => ({
    ...one,
    codeFor,
    clock,
    restart: async () => withCodes(await one.restart()),
  });
  return withCodes(relay);
}

let numbers = 0;

/** One that nobody has: of a range that is for use in fiction. */
export function newNumber(): string {
  return `+1206555${String(100 + numbers++).padStart(4, '0')}`;
}

/** The phone-number identity of somebody: to Signal's library, as good a person as any. */
export class NumberKeys extends Person {
  constructor() {
    super({ registrationId: 4_711 });
  }

  get publicKey(): Bytes {
    return this.identity.getPublicKey().serialize();
  }

  signedKey(keyId: number): WireSignedPreKey {
    const publicKey = PrivateKey.generate().getPublicKey().serialize();
    return { keyId, publicKey, signature: this.identity.sign(publicKey) };
  }

  kyberKey(keyId: number): WireSignedPreKey {
    const publicKey = KEMKeyPair.generate().getPublicKey().serialize();
    return { keyId, publicKey, signature: this.identity.sign(publicKey) };
  }
}

export interface RegisteredByNumber {
  readonly person: Person;
  readonly number: string;
  readonly numberKeys: NumberKeys;
  /** The identifier in text, without its prefix. */
  readonly pni: string;
  readonly answer: Net.RegisterAccountResponse;
}

/** What a registration with a number says, as libsignal takes it. */
export function numberArguments(person: Person, numberKeys: NumberKeys, attributes: object = {}) {
  return {
    ...person.registration(),
    accountAttributes: new Net.AccountAttributes({
      recoveryPassword: person.recoveryPassword,
      aciRegistrationId: person.registrationId,
      pniRegistrationId: numberKeys.registrationId,
      registrationLock: null,
      unidentifiedAccessKey: person.accessKey,
      unrestrictedUnidentifiedAccess: false,
      capabilities: new Set(['spqr']),
      discoverableByPhoneNumber: true,
      ...attributes,
    }),
    pniPublicKey: numberKeys.identity.getPublicKey(),
    pniSignedPreKey: numberKeys.registration().aciSignedPreKey,
    pniPqLastResortPreKey: numberKeys.registration().aciPqLastResortPreKey,
  };
}

/** The typed flow of Signal's client stack, from the number to a verified session. */
export async function verifiedSession(relay: PhoneRelay, number: string) {
  const service = await relay.net().createRegistrationSession({ e164: number });
  await service.requestVerification({ transport: 'sms', client: 'sotto-test', languages: ['de', 'en'] });
  if (!(await service.verifySession(relay.codeFor(number)))) throw new Error('the code was not right');
  return service;
}

export async function registeredByNumber(
  relay: PhoneRelay,
  person = new Person(),
  number = newNumber(),
): Promise<RegisteredByNumber> {
  const service = await verifiedSession(relay, number);
  const numberKeys = new NumberKeys();
  const answer = await service.registerAccount(numberArguments(person, numberKeys));
  const pni = answer.pni?.getServiceIdString().replace('PNI:', '') ?? '';
  return { person, number, numberKeys, pni, answer };
}
