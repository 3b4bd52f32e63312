import { Aci, type Net } from '@signalapp/libsignal-client';
import { utf8 } from '@sotto/bytes';
import type { RelayOptions } from '../src/relay-options.ts';
import { Person } from './_person.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

export const JSON_HEADERS: [string, string][] = [['content-type', 'application/json']];

export const serviceIdOf = (person: Person): Aci => Aci.parseFromServiceIdString(person.aci);

/** A relay, and Signal's own client stack on it: it knows nothing of us but a root certificate and a port. */
export interface LibsignalWorld {
  readonly relay: TestRelay;
  readonly net: Net.Net;
  readonly anonymous: Net.UnauthenticatedChatConnection;
  newPerson(): Promise<Person>;
  connect(person: Person, listener: Net.ChatServiceListener): Promise<Net.AuthenticatedChatConnection>;
  /** A sealed send by access key; `overrides` spoil a part of it. */
  sealTo(person: Person, text: string, overrides?: object): Promise<void>;
  dispose(): Promise<void>;
}

export async function createLibsignalWorld(options: Partial<RelayOptions> = {}): Promise<LibsignalWorld> {
  const relay = await createTestRelay(options);
  const net = relay.net();
  // The stack hangs up for whoever lets go of a connection, as soon as its memory is collected.
  const held: Net.AuthenticatedChatConnection[] = [];
  const anonymous = await net.connectUnauthenticatedChat({ onConnectionInterrupted: () => undefined });
  return {
    relay,
    net,
    anonymous,
    newPerson: async () => {
      const person = new Person();
      await person.register(net, await relay.presentation());
      return person;
    },
    connect: async (person, listener) => {
      const { username, password } = person;
      const connection = await net.connectAuthenticatedChat(username, password, false, listener);
      held.push(connection);
      return connection;
    },
    sealTo: (person, text, overrides = {}) =>
      anonymous.sendMessage({
        destination: serviceIdOf(person),
        timestamp: 1_700_000_000_000,
        contents: [{ deviceId: 1, registrationId: person.registrationId, contents: utf8(text) }],
        auth: { accessKey: person.accessKey },
        onlineOnly: false,
        urgent: true,
        ...overrides,
      }),
    dispose: async () => {
      held.length = 0;
      await anonymous.disconnect();
      await relay.dispose();
    },
  };
}
