import { type Bytes, equalBytes, fromHex, toHex } from '@sotto/bytes';
import { hmacSha256 } from '@sotto/crypto';
import {
  formatCredentialProfile,
  formatProfile,
  formatVersionedProfile,
  HEADER,
  type Profile,
  type ServiceId,
  type VersionedProfile,
} from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLimit, overLimitOfAddress } from '../../limits/over-limit.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import { readProfile, type StoredProfile } from '../../store/profiles.ts';
import { anonymousAccess } from '../access.ts';
import { shownCapabilities } from '../capabilities.ts';
import { findTarget, type Target } from '../find-target.ts';

/** Profiles as others get them (reference: signal-service §6): by account, or by the access key of an ACI. */

/** `GET /v1/profile/{serviceId}`: what does not depend on the profile key. */
export async function getProfile(context: RelayContext, call: Call): Promise<Reply> {
  const reached = await reach(context, call, await findTarget(context, call.parameters[0] ?? ''));
  return 'status' in reached ? reached : jsonReply(formatProfile(profileOf(reached)));
}

/** `GET /v1/profile/{aci}/{version}`: without the fields where that version is not known. */
export async function getVersionedProfile(context: RelayContext, call: Call): Promise<Reply> {
  const found = await findVersion(context, call);
  return 'status' in found ? found : jsonReply(formatVersionedProfile(versionedProfileOf(found)));
}

/**
 * `GET /v1/profile/{aci}/{version}/{credentialRequest}?credentialType=expiringProfileKey`: with a credential over the
 * profile key, where the version is the current one. 400 for a request that is not of that key.
 */
export async function getCredentialProfile(context: RelayContext, call: Call): Promise<Reply> {
  if (call.query.get('credentialType') !== 'expiringProfileKey') return reply(400);
  const found = await findVersion(context, call);
  if ('status' in found) return found;
  const { account, profile } = found;
  if (profile === undefined || !isCurrent(account, profile)) {
    return jsonReply(formatCredentialProfile(versionedProfileOf(found)));
  }
  // An account has been counted where it was let in.
  const refusal =
    call.caller === undefined ? overLimitOfAddress(context, 'profileCredentials', call.from) : undefined;
  if (refusal !== undefined) return refusal;
  const request = tryFromHex(call.parameters[2] ?? '');
  const { aci } = account;
  const { commitment } = profile;
  const credential =
    request && context.credentials.forProfileKey({ aci, commitment, request, now: context.now() });
  if (credential === undefined) return reply(400);
  return jsonReply(formatCredentialProfile({ ...versionedProfileOf(found), credential }));
}

interface FoundVersion {
  readonly account: StoredAccount;
  /** Absent when that version is not known. */
  readonly profile?: StoredProfile;
}

async function findVersion(context: RelayContext, call: Call): Promise<FoundVersion | Reply> {
  const [who = '', version = ''] = call.parameters;
  // A token of a group does not open what is encrypted with a key that a member may not have.
  if (call.headers.has(HEADER.groupSendToken)) return reply(call.headers.has(HEADER.accessKey) ? 400 : 401);
  const target = await findTarget(context, who);
  const reached = await reach(context, call, target.id?.kind === 'aci' ? target : {});
  if ('status' in reached) return reached;
  const { account } = reached;
  const bytes = tryFromHex(version);
  const profile = bytes && (await context.store.read(() => readProfile(account.aci, bytes)));
  return { account, ...(profile && { profile }) };
}

/** 404 for an account that asks for nobody; anonymous calls get 401 whether the key is wrong or there is nobody. */
async function reach(
  context: RelayContext,
  { caller, headers }: Call,
  target: Target,
): Promise<Reached | Reply> {
  const { id, account } = target;
  if (caller !== undefined) {
    const refusal = overLimit(context, 'profile', toHex(caller.aci));
    if (refusal !== undefined) return refusal;
    return id === undefined || account === undefined ? reply(404) : { kind: id.kind, account };
  }
  const access = anonymousAccess(context, headers, target);
  if (access.outcome === 'refused') return access.reply;
  if (access.outcome === 'unshown' || id === undefined) return reply(401);
  return { kind: id.kind, account: access.account };
}

/** Somebody who may be looked at, and by which of their names. */
interface Reached {
  readonly kind: ServiceId['kind'];
  readonly account: StoredAccount;
}

/** By its number an account shows the key of that identity, and not how to write to it. */
function profileOf({ kind, account }: Reached): Profile {
  const { aci, identityKey, accessKey, unrestrictedAccess, phone } = account;
  const capabilities = shownCapabilities(account);
  if (kind === 'pni' && phone !== undefined) {
    return {
      uuid: { kind, uuid: phone.pni },
      identityKey: phone.identityKey,
      unrestrictedUnidentifiedAccess: false,
      capabilities,
    };
  }
  return {
    uuid: { kind: 'aci', uuid: aci },
    identityKey,
    ...(accessKey && { unidentifiedAccess: hmacSha256(accessKey, new Uint8Array(32)) }),
    unrestrictedUnidentifiedAccess: unrestrictedAccess,
    capabilities,
  };
}

/** Where to pay is of the current version only. */
function versionedProfileOf({ account, profile }: FoundVersion): VersionedProfile {
  const base = profileOf({ kind: 'aci', account });
  if (profile === undefined) return base;
  const { name, about, aboutEmoji, avatar, paymentAddress, phoneNumberSharing } = profile;
  return {
    ...base,
    ...(name && { name }),
    ...(about && { about }),
    ...(aboutEmoji && { aboutEmoji }),
    ...(avatar !== undefined && { avatar }),
    ...(paymentAddress && isCurrent(account, profile) && { paymentAddress }),
    ...(phoneNumberSharing && { phoneNumberSharing }),
  };
}

function isCurrent({ profileVersion }: StoredAccount, { version }: StoredProfile): boolean {
  return profileVersion !== undefined && equalBytes(profileVersion, version);
}

function tryFromHex(text: string): Bytes | undefined {
  try {
    return fromHex(text);
  } catch {
    return undefined;
  }
}
