import { asBytes, toHex } from '@sotto/bytes';
import { CHAT_API, PATH } from '@sotto/protocol';
import { setRecoveryPassword } from '../calls/set-recovery-password.ts';
import { toPathId } from './service-id.ts';
import { forAnonymous, forDevices, type GrpcMethod } from './unary.ts';

/** Accounts (reference: signal-service §2.5; appendix, gRPC org.signal.chat.account). Their names: usernames.ts. */

const { method } = CHAT_API.Accounts;
const { checkAccountExistence } = CHAT_API.AccountsAnonymous.method;

export const ACCOUNTS: readonly GrpcMethod[] = [
  forDevices(method.deleteAccount, () => ({ verb: 'DELETE', path: PATH.deleteAccount }), { ok: () => ({}) }),
  forDevices(
    method.setRegistrationRecoveryPassword,
    ({ registrationRecoveryPassword: password }) =>
      ({ context, caller }) =>
        setRecoveryPassword(context, caller, asBytes(password)),
    { ok: () => ({}) },
  ),
  forDevices(
    method.setRegistrationLock,
    ({ registrationLock }) => ({
      verb: 'PUT',
      path: PATH.registrationLock,
      body: { registrationLock: toHex(registrationLock) },
    }),
    { ok: () => ({}) },
  ),
  forDevices(method.clearRegistrationLock, () => ({ verb: 'DELETE', path: PATH.registrationLock }), {
    ok: () => ({}),
  }),
  forDevices(
    method.setDiscoverableByPhoneNumber,
    ({ discoverableByPhoneNumber }) => ({
      verb: 'PUT',
      path: PATH.discoverability,
      body: { discoverableByPhoneNumber },
    }),
    { ok: () => ({}) },
  ),

  forAnonymous(
    checkAccountExistence,
    ({ serviceIdentifier }) => ({ verb: 'HEAD', path: PATH.account(toPathId(serviceIdentifier)) }),
    { ok: () => ({ accountExists: true }), 404: () => ({ accountExists: false }) },
  ),
];
