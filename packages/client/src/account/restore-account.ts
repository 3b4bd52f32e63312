import { type AccountKeys, deriveAccount, type WordsError, wordsToSeed } from '@sotto/identity';
import { eraseButPreferences } from '../chats/preferences.ts';
import type { EnrolRefusal, RestoreAccountOutcome, RestoreAccountRequest } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import { ClientError } from '../errors.ts';
import { enrol } from './enrol.ts';
import { checkOwnName, joinNetwork } from './join-network.ts';
import { makeDevice } from './make-device.ts';
import { ownRelays } from './own-relays.ts';
import { readForRecovery, signFirstRecord, signRecoveredRecord } from './sign-own-record.ts';
import { stateOf, viewAccount } from './view-account.ts';

/**
 * Take an account back with its words: a new device with new keys, whose record follows the one that the
 * road keeps and is signed by the recovery key. Contacts and messages do not come back with words.
 */
export async function restoreAccount(
  core: Core,
  request: RestoreAccountRequest,
): Promise<RestoreAccountOutcome> {
  const words = wordsToSeed(request.words);
  if (words.outcome === 'error') return { outcome: 'bad-words', ...explainWords(words.error) };
  const named = request.name === undefined ? undefined : checkOwnName(request.name);
  if (named?.outcome === 'bad-name') return named;
  if (stateOf(await core.store.account()) === 'ready') return { outcome: 'account-exists' };
  const joined = await joinNetwork(core, request.network, request.onionOnly);
  if (joined.outcome === 'bad-network') return joined;

  const { seed } = words;
  const keys = deriveAccount(seed);
  const before = await fetchBefore(core, keys);
  if (before.outcome === 'refused') {
    return {
      outcome: 'record-refused',
      reason: 'the record that is kept of this account does not belong to these words',
    };
  }
  if (before.outcome !== 'record') return before;

  await eraseButPreferences(core);
  const wish = { seed, name: named?.name ?? '', network: joined.text };
  const { state, device, made } = await makeDevice(core, keys, wish);
  const { serverCertificate } = state;
  const relays = await ownRelays(core, joined.network);
  const parts = { device, relays, serverCertificate, now: core.clock.now() };
  const record =
    before.record === undefined
      ? signFirstRecord(keys, parts)
      : signRecoveredRecord(keys, before.record, { ...parts, skipped: before.unseen ? UNSEEN_REVISIONS : 0 });
  await core.unit(async (work) => {
    work.change({ kind: 'put-account', state: { ...state, record } });
    work.ratchet(made.changes);
  });
  const enrolled = await enrol(core, {
    seed,
    network: joined.network,
    keys: made.published,
    restore: true,
    ...(request.ticket === undefined ? {} : { ticket: request.ticket }),
  });
  if (enrolled.outcome !== 'enrolled') return enrolled;
  const own = await core.store.account();
  if (own === undefined) throw new ClientError('broken-state', 'the account vanished while it was restored');
  return { outcome: 'restored', account: viewAccount(own, false), fromSession: words.imported };
}

/** Years of an account whose keys change every two days, and whose relay changes now and then. */
const UNSEEN_REVISIONS = 1_000;

type Before =
  /** `unseen`: a road is silent that may keep a newer one. */
  | {
      readonly outcome: 'record';
      readonly record?: ReturnType<typeof readForRecovery>;
      readonly unseen: boolean;
    }
  | { readonly outcome: 'refused' }
  | Extract<EnrolRefusal, { outcome: 'busy' | 'unreachable' }>;

/**
 * The newest record that any road keeps. A road that does not answer is done without when another shows the
 * record, and what it may keep is stepped over; without any, going on might fork our own. A record that these
 * words did not make accuses its road, and ends it only when no other road shows a better one.
 */
async function fetchBefore(core: Core, keys: AccountKeys): Promise<Before> {
  const shown = await Promise.all(core.roads.all().map((road) => road.fetchRecord(keys.account)));
  let newest: ReturnType<typeof readForRecovery>;
  let refused = false;
  let silent: Extract<EnrolRefusal, { outcome: 'busy' | 'unreachable' }> | undefined;
  for (const fetched of shown) {
    if (fetched.outcome === 'unknown-account') continue;
    if (fetched.outcome !== 'found') {
      silent ??= fetched;
      continue;
    }
    const record = readForRecovery(keys, fetched.record, core.clock.now());
    if (record === undefined) refused = true;
    else if (newest === undefined || record.revision > newest.revision) newest = record;
  }
  if (newest !== undefined) return { outcome: 'record', record: newest, unseen: silent !== undefined };
  if (refused) return { outcome: 'refused' };
  return silent ?? { outcome: 'record', unseen: false };
}

/** The words that a user typed may be named to that user, and to nobody else. */
function explainWords(error: WordsError): { readonly code: string; readonly reason: string } {
  const code = error.kind;
  switch (error.kind) {
    case 'too-few-words':
      return { code, reason: `a phrase has 25 words, or 13 from Session; these are ${error.count}` };
    case 'too-many-words':
      return { code, reason: `a phrase has at most 25 words; these are ${error.count}` };
    case 'unknown-word': {
      const hint = error.suggestions.length === 0 ? '' : `; perhaps ${error.suggestions.join(' or ')}`;
      return { code, reason: `word ${error.position}, "${error.word}", is not in the list${hint}` };
    }
    case 'mistyped-word':
      return {
        code,
        reason: `word ${error.position}, "${error.word}", is mistyped; perhaps ${error.suggestion}`,
      };
    case 'bad-group':
      return { code, reason: `words ${error.position} to ${error.position + 2} do not go together` };
    case 'bad-checksum':
      return { code, reason: `the last word, "${error.word}", does not go with the others: one is wrong` };
  }
}
