import { createSeed, deriveAccount, type Network, type Seed, seedFromBytes } from '@sotto/identity';
import type { PublishedPreKeys } from '@sotto/ratchet';
import { eraseButPreferences } from '../chats/preferences.ts';
import type { CreateAccountOutcome, CreateAccountRequest } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import { ClientError } from '../errors.ts';
import type { AccountState } from '../ports/store.ts';
import { enrol } from './enrol.ts';
import { checkOwnName, joinNetwork } from './join-network.ts';
import { makeDevice } from './make-device.ts';
import { ownRelays } from './own-relays.ts';
import { signFirstRecord } from './sign-own-record.ts';
import { stateOf, viewAccount } from './view-account.ts';

/**
 * Make an identity, write it down, then have the roads take it in. When a road refuses or does not
 * answer, the identity stays and the next call goes on with it: a ticket is spent only once.
 */
export async function createAccount(
  core: Core,
  request: CreateAccountRequest,
): Promise<CreateAccountOutcome> {
  const named = checkOwnName(request.name);
  if (named.outcome === 'bad-name') return named;
  const before = await core.store.account();
  if (stateOf(before) === 'ready') return { outcome: 'account-exists' };
  const joined = await joinNetwork(core, request.network, request.onionOnly);
  if (joined.outcome === 'bad-network') return joined;
  const { network, text } = joined;
  const wish = { name: named.name, network: text };
  const resumed = before?.seed !== undefined && before.network === text;
  const begun = resumed ? await goOn(core, before, wish.name) : await begin(core, network, wish);
  const enrolled = await enrol(core, {
    ...begun,
    network,
    restore: resumed,
    ...(request.ticket === undefined ? {} : { ticket: request.ticket }),
  });
  if (enrolled.outcome !== 'enrolled') return enrolled;
  const own = await core.store.account();
  if (own === undefined) throw new ClientError('broken-state', 'the account vanished while it was made');
  return { outcome: 'created', account: viewAccount(own, false) };
}

interface Begun {
  readonly seed: Seed;
  readonly keys: PublishedPreKeys;
}

async function begin(core: Core, network: Network, wish: { name: string; network: string }): Promise<Begun> {
  const seed = createSeed(core.random);
  const keys = deriveAccount(seed);
  await eraseButPreferences(core);
  const { state, device, made } = await makeDevice(core, keys, { ...wish, seed });
  const { serverCertificate } = state;
  const relays = await ownRelays(core, network);
  const record = signFirstRecord(keys, { device, relays, serverCertificate, now: core.clock.now() });
  await core.unit(async (work) => {
    work.change({ kind: 'put-account', state: { ...state, record } });
    work.ratchet(made.changes);
  });
  return { seed, keys: made.published };
}

/** The keys of an attempt that a road did not answer, the one-time keys with them. */
async function goOn(core: Core, before: AccountState, name: string): Promise<Begun> {
  if (before.seed === undefined) throw new ClientError('broken-state', 'an unfinished account has no seed');
  const seed = seedFromBytes(before.seed);
  const ratchet = core.ratchetOf(before);
  const made = await core.unit(async (work) => {
    const remaining = { preKeys: 0, kyberPreKeys: 0 };
    const result = await ratchet.maintain({ now: core.clock.now(), remaining });
    work.change({ kind: 'put-account', state: { ...before, name } });
    work.ratchet(result.changes);
    return result;
  });
  return { seed, keys: { ...(await core.unit(() => ratchet.current())), ...made.published } };
}
