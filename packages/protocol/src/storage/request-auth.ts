import type { Bytes } from '@sotto/bytes';
import type { RequestAuth, SubaccountAuth } from './client-request.ts';
import {
  hexOrNothing,
  invalid,
  missing,
  type Params,
  readText,
  signatureOrNothing,
  tokenOrNothing,
} from './request-fields.ts';

/** An account key of people: the only kind that comes with an Ed25519 key beside it. */
const ACCOUNT_PREFIX = 0x05;

/** The signature of a request that needs one, with what it is to be checked by (reference §3.2). */
export function readAuth(params: Params, mailbox: Bytes): RequestAuth {
  const auth = readOwnerAuth(params, mailbox);
  const subaccount = readSubaccount(params);
  return subaccount === undefined ? auth : { ...auth, subaccount };
}

/** The same where the owner alone may act: a subaccount is not looked at. */
export function readOwnerAuth(params: Params, mailbox: Bytes): RequestAuth {
  const [ed25519, signature] = [readText(params, 'pubkey_ed25519'), readText(params, 'signature')];
  if (signature === undefined) throw missing('signature');
  const key = ed25519 === undefined ? {} : { ed25519: readEd25519(ed25519, mailbox) };
  const bytes = signatureOrNothing(signature);
  if (bytes === undefined) {
    throw invalid('invalid signature: expected base64 encoded Ed25519 signature', 'signature');
  }
  return { signature: bytes, ...key };
}

function readEd25519(text: string, mailbox: Bytes): Bytes {
  if (mailbox[0] !== ACCOUNT_PREFIX) {
    throw invalid('pubkey_ed25519 is only permitted for 05[...] pubkeys', 'pubkey_ed25519');
  }
  if (text.length !== 64) {
    throw invalid('Invalid pubkey_ed25519: expected 64 hex char or 32 byte pubkey', 'pubkey_ed25519');
  }
  const bytes = hexOrNothing(text);
  if (bytes === undefined) throw invalid('invalid pubkey_ed25519: value is not hex', 'pubkey_ed25519');
  return bytes;
}

function readSubaccount(params: Params): SubaccountAuth | undefined {
  const [text, signed] = [readText(params, 'subaccount'), readText(params, 'subaccount_sig')];
  if (text === undefined || text === '') return undefined;
  if (signed === undefined) {
    throw invalid('invalid subaccount: subaccount_sig is required when using subaccount', 'subaccount_sig');
  }
  const token = tokenOrNothing(text);
  if (token === undefined) {
    throw invalid('invalid subaccount: expected base64 or hex-encoded subaccount token', 'subaccount');
  }
  const signature = signatureOrNothing(signed);
  if (signature === undefined) {
    throw invalid(
      'invalid subaccount signature: expected base64 encoded Ed25519 signature',
      'subaccount_sig',
    );
  }
  return { token, signature };
}
