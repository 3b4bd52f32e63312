import { toBase64Url } from '@sotto/bytes';
import {
  CHAT_API,
  PATH,
  parseConfirmedUsername,
  parseEncryptedUsername,
  parseReservedUsername,
  parseUsernameLinkHandle,
  parseUsernameOwner,
  parseUuid,
} from '@sotto/protocol';
import { textToServiceIdentifier, uuidOf } from './service-id.ts';
import { forAnonymous, forDevices, type GrpcMethod, jsonOf, one, only } from './unary.ts';

/** Usernames and the links to them (reference: signal-service §2.5; appendix, gRPC org.signal.chat.account). */

const { method } = CHAT_API.Accounts;
const { lookupUsernameHash, lookupUsernameLink } = CHAT_API.AccountsAnonymous.method;

export const USERNAMES: readonly GrpcMethod[] = [
  forDevices(
    method.reserveUsernameHash,
    ({ usernameHashes }) => ({
      verb: 'PUT',
      path: PATH.reserveUsername,
      body: { usernameHashes: usernameHashes.map((hash) => toBase64Url(hash)) },
    }),
    {
      ok: (reply) => one('usernameHash', parseReservedUsername(jsonOf(reply)).usernameHash),
      409: only('usernameNotAvailable'),
    },
  ),
  forDevices(
    method.confirmUsernameHash,
    ({ usernameHash, zkProof, usernameCiphertext }) => ({
      verb: 'PUT',
      path: PATH.confirmUsername,
      body: {
        usernameHash: toBase64Url(usernameHash),
        zkProof: toBase64Url(zkProof),
        encryptedUsername: toBase64Url(usernameCiphertext),
      },
    }),
    {
      ok: (reply) => {
        const { usernameLinkHandle } = parseConfirmedUsername(jsonOf(reply));
        return one('confirmedUsernameHash', {
          ...(usernameLinkHandle && { usernameLinkHandle: parseUuid(usernameLinkHandle) }),
        });
      },
      409: only('reservationNotFound'),
      410: only('usernameNotAvailable'),
    },
  ),
  forDevices(method.deleteUsernameHash, () => ({ verb: 'DELETE', path: PATH.usernameHash }), {
    ok: () => ({}),
  }),
  forDevices(
    method.setUsernameLink,
    ({ usernameCiphertext, keepLinkHandle }) => ({
      verb: 'PUT',
      path: PATH.usernameLink,
      body: { usernameLinkEncryptedValue: toBase64Url(usernameCiphertext), keepLinkHandle },
    }),
    {
      ok: (reply) => {
        const { usernameLinkHandle } = parseUsernameLinkHandle(jsonOf(reply));
        return one('usernameLinkHandle', parseUuid(usernameLinkHandle));
      },
      409: only('noUsernameSet'),
    },
  ),
  forDevices(method.deleteUsernameLink, () => ({ verb: 'DELETE', path: PATH.usernameLink }), {
    ok: () => ({}),
  }),

  forAnonymous(
    lookupUsernameHash,
    ({ usernameHash }) => ({ verb: 'GET', path: PATH.usernameHashOf(toBase64Url(usernameHash)) }),
    {
      ok: (reply) =>
        one('serviceIdentifier', textToServiceIdentifier(parseUsernameOwner(jsonOf(reply)).uuid)),
      404: only('notFound'),
    },
  ),
  forAnonymous(
    lookupUsernameLink,
    ({ usernameLinkHandle }) => ({ verb: 'GET', path: PATH.usernameLinkOf(uuidOf(usernameLinkHandle)) }),
    {
      ok: (reply) =>
        one('usernameCiphertext', parseEncryptedUsername(jsonOf(reply)).usernameLinkEncryptedValue),
      404: only('notFound'),
    },
  ),
];
