import type { ContactValue, LocalApi } from '@sotto/local-api';
import { DONE } from '../cli-error.ts';
import type { Invocation } from '../parse/invocation.ts';
import { type Screen, withOwner } from './screen.ts';

export type ContactsInvocation = Extract<Invocation, { command: `contacts ${string}` }>;

/** An acceptance is carried before a command without a daemon ends, if that takes no longer. */
const CARRY_MS = 5_000;

export async function showContacts(invocation: ContactsInvocation, screen: Screen): Promise<number> {
  const { output } = screen;
  return await withOwner(screen, async (api) => {
    if (invocation.command === 'contacts list') {
      const { contacts } = await api.call('contacts.list', {});
      await output.results(contacts.map((value) => ({ value, human: describeLine(value) })));
      if (contacts.length === 0 && !output.json) output.note('no contacts yet');
    } else if (invocation.command === 'contacts delete') {
      const { account_id } = await api.call('contacts.delete', { who: invocation.who });
      await output.result({ account_id, deleted: true }, `deleted ${account_id}`);
    } else if (invocation.command === 'contacts show') {
      const contact = await api.call('contacts.show', { who: invocation.who });
      await output.result(contact, describe(contact, contact.safety_number));
    } else {
      const contact = await change(api, invocation);
      await output.result(contact, describe(contact));
      if (invocation.command === 'contacts accept') await carry(api);
    }
    return DONE;
  });
}

const CALLS = {
  'contacts accept': 'contacts.accept',
  'contacts block': 'contacts.block',
  'contacts unblock': 'contacts.unblock',
  'contacts verify': 'contacts.verify',
  'contacts unverify': 'contacts.unverify',
  'contacts acknowledge': 'contacts.acknowledge',
} as const;

async function change(
  api: LocalApi,
  invocation: Exclude<ContactsInvocation, { command: 'contacts list' | 'contacts show' | 'contacts delete' }>,
): Promise<ContactValue> {
  const { who } = invocation;
  switch (invocation.command) {
    case 'contacts add':
      return api.call(
        'contacts.add',
        invocation.name === undefined ? { who } : { who, name: invocation.name },
      );
    case 'contacts name':
      return api.call('contacts.name', { who, name: invocation.name });
    case 'contacts road':
      return api.call('contacts.road', { who, road: invocation.road });
    default:
      return api.call(CALLS[invocation.command], { who });
  }
}

/** What is written down is carried by the next command anyway, so no failure here is the user's. */
async function carry(api: LocalApi): Promise<void> {
  await api.call('inbox.settle', {}, { signal: AbortSignal.timeout(CARRY_MS) }).catch(() => undefined);
}

const STATES: Readonly<Record<ContactValue['state'], string>> = {
  request: 'request: accept, delete or block',
  invited: 'waiting for them to accept',
  accepted: 'accepted',
  blocked: 'blocked',
};

function describeLine(contact: ContactValue): string {
  const warning = contact.warning === null ? '' : `  ! ${contact.warning}`;
  const name = contact.name ?? '(no name)';
  return `${contact.account_id}  ${name}  ${STATES[contact.state]}  road: ${travels(contact)}${warning}`;
}

function describe(contact: ContactValue, safetyNumber: string | null = null): string {
  return [
    `account        ${contact.account_id}`,
    `name           ${contact.name ?? '(none)'}`,
    `state          ${STATES[contact.state]}`,
    `road           ${describeRoad(contact)}`,
    `verified       ${contact.verified ? 'yes' : 'no'}`,
    ...(safetyNumber === null ? [] : [`safety number  ${safetyNumber.match(/\d{1,5}/g)?.join(' ')}`]),
    ...(contact.warning === null ? [] : [`warning        ${contact.warning}`]),
  ].join('\n');
}

/** The road that the chat takes: the stricter of both wishes. */
function travels({ road, effective_road }: ContactValue): string {
  return effective_road ?? road;
}

function describeRoad(contact: ContactValue): string {
  const { road, their_road } = contact;
  if (travels(contact) === road) return road;
  return `${travels(contact)} (you chose ${road}, they chose ${their_road ?? travels(contact)})`;
}
