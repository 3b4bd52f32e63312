import { type AccountRecord, deriveAccessKey } from '@sotto/identity';
import { encodeContent, TypingMessage_Action } from '@sotto/protocol';
import { isReplaced } from '../account/standing.ts';
import { readPreferences } from '../chats/preferences.ts';
import { effectiveRoad } from '../contacts/effective-road.ts';
import { pinnedRecord } from '../contacts/learn-record.ts';
import type { Core } from '../core/core.ts';
import type { Road, SealedForDevice } from '../ports/road.ts';
import type { AccountKey, Contact } from '../ports/store.ts';

/**
 * The user types, or has stopped. Only what costs nobody anything: by the own relay while it is well, to
 * devices with which there is a session, kept nowhere. Nothing is looked up for it, no prekey is spent, and
 * through the onion network it does not go at all (decisions 0014, 0018). Else it is dropped.
 */
export async function tellTyping(core: Core, account: AccountKey, typing: boolean): Promise<void> {
  const road = core.roads.get('relay');
  const status = core.roads.statusOf('relay');
  if (road === undefined || status?.state !== 'up' || status.health !== 'healthy') return;
  const sealed = await seal(core, account, typing);
  if (sealed === undefined) return;
  const { record, profileKey, messages, timestamp } = sealed;
  const { account: to, relays } = record;
  await road.deliver({
    to,
    access: { kind: 'contact', accessKey: deriveAccessKey(profileKey), mailboxes: [] },
    relays,
    messages,
    timestamp,
    urgent: false,
    fleeting: true,
  });
}

interface Sealed {
  readonly record: AccountRecord;
  readonly profileKey: NonNullable<Contact['profileKey']>;
  readonly messages: readonly SealedForDevice[];
  readonly timestamp: number;
}

/** One unit: the ratchet is on disk before its message leaves. */
function seal(core: Core, account: AccountKey, typing: boolean): Promise<Sealed | undefined> {
  return core.unit(async (work) => {
    const own = await core.store.account();
    const contact = await core.store.contact(account);
    if (own === undefined || contact === undefined || isReplaced(core, own)) return undefined;
    const record = recordFor(core, contact);
    const { profileKey } = contact;
    if (record === undefined || profileKey === undefined) return undefined;
    if (!(await readPreferences(core)).typing || !core.typing.mayTell(account, typing)) return undefined;
    const ratchet = core.ratchetOf(own);
    const timestamp = core.clock.now();
    const action = typing ? TypingMessage_Action.STARTED : TypingMessage_Action.STOPPED;
    const plaintext = encodeContent({ typingMessage: { timestamp: BigInt(timestamp), action } });
    const messages: SealedForDevice[] = [];
    for (const { id: device, registrationId } of record.devices) {
      const to = { account: record.account, device };
      if (!(await ratchet.hasSession(to, timestamp))) return undefined;
      const made = await ratchet.encrypt({ to, plaintext, now: timestamp });
      if (made.outcome !== 'encrypted') return undefined;
      const sealed = await ratchet.seal(to, made.message);
      if (sealed.outcome !== 'sealed') return undefined;
      work.ratchet(made.changes);
      messages.push({ device, registrationId, bytes: sealed.bytes });
    }
    return { record, profileKey, messages, timestamp };
  });
}

/** Whoever is reached by the own relay, and may be by this chat's wishes. */
function recordFor(core: Core, contact: Contact): AccountRecord | undefined {
  if (contact.state !== 'accepted' || contact.warning !== undefined) return undefined;
  if (effectiveRoad(contact).road === 'onion') return undefined;
  const record = pinnedRecord(core, contact);
  if (record === undefined || record.relays.length === 0 || record.validUntil <= core.clock.now()) {
    return undefined;
  }
  return core.roads.isAskedAfar(record.relays) ? undefined : record;
}

/** The road to hear it by: nobody of ours sends it by another. */
export const TYPING_ROAD: Road['name'] = 'relay';
