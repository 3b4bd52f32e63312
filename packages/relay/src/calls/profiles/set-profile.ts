import { fromHex, toBase64Url, toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { formatPostPolicyForm, parseJson, parseSetProfile, type SetProfile, STATUS } from '@sotto/protocol';
import { DAY, MAX_AVATAR_BYTES } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { holdsLogin, readAccount } from '../../store/accounts.ts';
import { putProfile, readProfile } from '../../store/profiles.ts';
import { hasCapability } from '../capabilities.ts';
import { removeAvatars } from './remove-avatars.ts';

/**
 * `PUT /v1/profile`: the profile under one profile key, which becomes the current one. Answers with a form when there is to
 * be another picture; where there is no room for files, 400 and nothing is stored. 412 for clients that have said that they
 * set profiles in the newer way, 422 for a commitment that is none.
 */
export async function setProfile(
  context: Pick<RelayContext, 'store' | 'credentials' | 'avatars' | 'limits' | 'events' | 'now'>,
  { caller, body }: Pick<Call, 'body'> & { caller: Caller },
): Promise<Reply> {
  const { avatars, credentials, store, now } = context;
  const request = parseSetProfile(parseJson(body));
  if (!credentials.isCommitment(request.commitment)) return reply(STATUS.unprocessable);
  const change = avatarChangeOf(request);
  if (change === 'update' && avatars === undefined) return reply(400);
  const { aci } = caller;
  if (change === 'update') {
    const refusal = overLimit(context, 'uploadBytes', toHex(aci), MAX_AVATAR_BYTES);
    if (refusal !== undefined) return refusal;
  }
  const version = fromHex(request.version);
  const newAvatar = `profiles/${toBase64Url(randomBytes(16))}`;

  const stored = await store.write(function* () {
    const account = yield* readAccount(aci);
    if (account === undefined || !(yield* holdsLogin(caller))) return 401;
    if (hasCapability(account, 'profiles_v2')) return STATUS.newerProfile;
    const before = (yield* readProfile(aci, version))?.avatar;
    const avatar = { unchanged: before, clear: undefined, update: newAvatar }[change];
    const profile = { ...fieldsOf(request), version, ...(avatar !== undefined && { avatar }) };
    const dropped = yield* putProfile(aci, profile, Math.floor(now() / DAY));
    return before === undefined || before === avatar ? dropped : [...dropped, before];
  });
  if (typeof stored === 'number') return reply(stored);
  await removeAvatars(context, stored);
  if (change !== 'update' || avatars === undefined) return reply(200);
  return jsonReply(
    formatPostPolicyForm(avatars.form({ key: newAvatar, maxLength: MAX_AVATAR_BYTES, now: now() })),
  );
}

function avatarChangeOf({ avatar, sameAvatar }: SetProfile): 'unchanged' | 'clear' | 'update' {
  if (!avatar) return 'clear';
  return sameAvatar ? 'unchanged' : 'update';
}

function fieldsOf({ commitment, name, about, aboutEmoji, paymentAddress, phoneNumberSharing }: SetProfile) {
  return {
    commitment,
    name,
    ...(about && { about }),
    ...(aboutEmoji && { aboutEmoji }),
    ...(paymentAddress && { paymentAddress }),
    ...(phoneNumberSharing && { phoneNumberSharing }),
  };
}
