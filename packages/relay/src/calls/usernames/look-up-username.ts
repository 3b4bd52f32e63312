import { type Bytes, fromBase64Url } from '@sotto/bytes';
import { aciFromBytes, formatAci } from '@sotto/identity';
import { formatEncryptedUsername, formatUsernameOwner, STATUS, USERNAME_HASH_BYTES } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLookups } from '../../limits/over-lookups.ts';
import { findUsernameOwner, readUsernameLink } from '../../store/usernames.ts';
import { parseLinkHandle } from './link-handle.ts';

/** `GET /v1/accounts/username_hash/{hash}`: whose name it is. Limited by address, for a name can be guessed. */
export async function lookUpUsername(context: RelayContext, call: Call): Promise<Reply> {
  const hash = parseHash(call.parameters[0] ?? '');
  if (hash === undefined) return reply(STATUS.unprocessable);
  const refusal = await overLookups(context, call, { limit: 'usernameLookup', target: hash });
  if (refusal !== undefined) return refusal;
  const owner = await context.store.read(() => findUsernameOwner(hash));
  return owner === undefined
    ? reply(404)
    : jsonReply(formatUsernameOwner({ uuid: formatAci(aciFromBytes(owner)) }));
}

/** `GET /v1/accounts/username_link/{handle}`: the encrypted name, for whoever has its key from the same link. */
export async function lookUpUsernameLink(context: RelayContext, call: Call): Promise<Reply> {
  const handle = parseLinkHandle(call.parameters[0] ?? '');
  if (handle === undefined) return reply(STATUS.unprocessable);
  const refusal = await overLookups(context, call, { limit: 'usernameLinkLookup', target: handle });
  if (refusal !== undefined) return refusal;
  const usernameLinkEncryptedValue = await context.store.read(() => readUsernameLink(handle));
  return usernameLinkEncryptedValue === undefined
    ? reply(404)
    : jsonReply(formatEncryptedUsername({ usernameLinkEncryptedValue, keepLinkHandle: false }));
}

function parseHash(text: string): Bytes | undefined {
  try {
    const hash = fromBase64Url(text);
    return hash.length === USERNAME_HASH_BYTES ? hash : undefined;
  } catch {
    return undefined;
  }
}
