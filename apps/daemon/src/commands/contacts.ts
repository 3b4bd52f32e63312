import { type Bytes, BytesError, fromBase64Url, toBase64Url } from '@sotto/bytes';
import type { Client, ContactOutcome } from '@sotto/client';
import { type ContactValue, type Handlers, LocalApiError } from '@sotto/local-api';
import { findContact } from '../find-contact.ts';
import type { Owned } from '../owned.ts';
import { contactRefusal, noAccount, unknownContact } from '../refusals.ts';
import { contactValue } from '../to-values.ts';

type ContactCommands = Pick<Handlers, Extract<keyof Handlers, `contacts.${string}`>>;

export function contactCommands({ client, openRoads }: Owned): ContactCommands {
  /** Do something to a contact and show it as it is then. */
  const change = async (
    who: string,
    act: (account: string) => Promise<ContactOutcome>,
  ): Promise<ContactValue> => {
    const account = await findContact(client, who);
    const outcome = await act(account);
    if (outcome.outcome !== 'done') throw contactRefusal(outcome);
    return await showContact(client, account);
  };

  return {
    'contacts.list': async () => ({ contacts: (await client.contacts()).map(contactValue) }),
    'contacts.show': async ({ who }) => {
      const account = await findContact(client, who);
      const [safety, link] = await Promise.all([client.safety(account), client.contactLink(account)]);
      return {
        ...(await showContact(client, account)),
        safety_number: safety?.digits ?? null,
        ...(safety === undefined ? {} : { safety_code: toBase64Url(safety.code) }),
        ...(link === undefined ? {} : { link }),
      };
    },
    'contacts.devices': async ({ who }) => {
      const devices = await client.devicesOf(await findContact(client, who));
      if (devices === undefined) throw unknownContact();
      return {
        devices: devices.map(({ device, registrationId, key }) => ({
          device,
          registration_id: registrationId,
          key,
        })),
      };
    },
    'contacts.compare': async ({ who, code }) => {
      const account = await findContact(client, who);
      const bytes = readCode(code);
      if (bytes === undefined) return { result: 'malformed' };
      const result = await client.compareSafetyCode(account, bytes);
      if (result === undefined) throw unknownContact();
      return { result };
    },
    'contacts.add': async ({ who, name }) => {
      const outcome = await (name === undefined ? client.addContact(who) : client.addContact(who, name));
      switch (outcome.outcome) {
        case 'malformed':
          throw new LocalApiError('bad-recipient', outcome.reason, 'give an account ID or a contact link');
        case 'yourself':
          throw new LocalApiError('yourself', 'this is your own account');
        case 'blocked':
          throw new LocalApiError(
            'blocked',
            'you have blocked this contact',
            '`sotto contacts unblock ID` ends it',
          );
        case 'no-account':
          throw noAccount();
        default:
          if (outcome.outcome === 'accepted') await openRoads();
          return contactValue(outcome.contact);
      }
    },
    'contacts.accept': async ({ who }) => {
      // First: the answer tells them where this device collects, which its roads know once they are open.
      await openRoads();
      return await change(who, (account) => client.acceptRequest(account));
    },
    'contacts.delete': async ({ who }) => {
      const account = await findContact(client, who);
      const outcome = await client.deleteContact(account);
      if (outcome.outcome !== 'done') throw contactRefusal(outcome);
      return { account_id: account };
    },
    'contacts.block': ({ who }) => change(who, (account) => client.block(account)),
    'contacts.unblock': ({ who }) => change(who, (account) => client.unblock(account)),
    'contacts.verify': ({ who }) => change(who, (account) => client.setVerified(account, true)),
    'contacts.unverify': ({ who }) => change(who, (account) => client.setVerified(account, false)),
    'contacts.acknowledge': ({ who }) => change(who, (account) => client.acknowledgeWarning(account)),
    'contacts.name': ({ who, name }) => change(who, (account) => client.nameContact(account, name)),
    'contacts.road': ({ who, road }) => change(who, (account) => client.setRoad(account, road)),
  };
}

async function showContact(client: Client, account: string): Promise<ContactValue> {
  const contact = await client.contact(account);
  if (contact === undefined) throw unknownContact();
  return contactValue(contact);
}

function readCode(text: string): Bytes | undefined {
  try {
    return fromBase64Url(text);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}
