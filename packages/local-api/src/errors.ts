/**
 * What can go wrong between a screen and the owner of a profile. The first group is about the
 * conversation itself, the second about what was asked for.
 */
export type LocalApiErrorCode =
  /** A line that is not a frame: not JSON, not one of ours, or lying about its shape. */
  | 'bad-frame'
  /** A line beyond the limit. The channel is closed. */
  | 'line-too-long'
  /** The other side speaks another version of these messages. */
  | 'unsupported-version'
  | 'unknown-command'
  /** The command is known, its parameters are not what it takes. */
  | 'bad-params'
  /** More requests at once than one channel may have. */
  | 'too-many-requests'
  /** The asker gave the request up. */
  | 'cancelled'
  /** The channel ended before the answer came; what was asked may or may not have happened. */
  | 'closed'
  /** The other side does not read, and was let go. */
  | 'too-slow'
  /** A defect on the other side. */
  | 'internal'
  /** Text that looks like an account ID or a link and is not one. */
  | 'bad-recipient'
  /** Nobody by that name. */
  | 'unknown-contact'
  /** A name that several contacts have. */
  | 'ambiguous-name'
  | 'yourself'
  | 'blocked'
  /** The contact is not in a state where this can be done, or the value is not allowed. */
  | 'not-possible'
  /** The chat would go by the relay only, and they are at none. */
  | 'they-have-no-relay'
  /** The chat would go by the relay only, and this account is at none. */
  | 'no-relay'
  /** The chat would go by the onion road only, and this account is not on it. */
  | 'no-onion'
  /** Files travel by the onion road only, and this account is not on it. */
  | 'files-need-onion'
  | 'file-too-large'
  /** It had not the size that was said, or changed while it was read. */
  | 'file-changed'
  /** Too many files wait to be sent. */
  | 'files-full'
  | 'unknown-file'
  /** A refused account record of the contact has not been looked at yet. */
  | 'record-warning'
  | 'bad-message'
  | 'outbox-full'
  | 'unknown-message'
  /** There is no account in this profile. */
  | 'no-account'
  /** The account was restored on another device, or deleted: this one cannot send for it any more. */
  | 'device-replaced'
  | 'account-exists'
  /** The words have been confirmed saved, or this device never had them. */
  | 'no-phrase'
  | 'bad-name'
  | 'bad-network'
  /** The proxy's URL is not of a kind that can be dialled through. */
  | 'bad-proxy'
  | 'bad-words'
  /** The record found for a restored account does not prove itself. */
  | 'record-refused'
  | 'needs-invite'
  | 'invite-refused'
  /** No answer from the network. */
  | 'unreachable'
  /** The relay has another key than its URL says; nothing was sent to it. */
  | 'wrong-relay-key'
  /** No known authority vouches for the relay, and its URL names no key; nothing was sent to it. */
  | 'untrusted-relay'
  /** The network asks to try again later. */
  | 'busy'
  /** The network refused for good. */
  | 'rejected'
  /** Not in this version of Sotto. */
  | 'not-supported'
  /** Another process owns the profile. */
  | 'profile-in-use'
  /** The owner of the profile dials another way than the command was told to. */
  | 'other-proxy'
  /** The profile's folder or store cannot be used as it is. */
  | 'bad-profile'
  /** The disk that the profile is on has no room left; nothing was written down. */
  | 'disk-full'
  | 'needs-passphrase'
  | 'wrong-passphrase'
  /** The app is locked: `app.unlock` first. */
  | 'locked'
  /** The page's secret is not the one of this process: open the link that the program printed. */
  | 'not-admitted'
  /** Anything the other side names that this side does not know. */
  | 'failed';

/** As a record, so that the compiler misses a code that is not listed. */
const CODES: Readonly<Record<LocalApiErrorCode, true>> = {
  'bad-frame': true,
  'line-too-long': true,
  'unsupported-version': true,
  'unknown-command': true,
  'bad-params': true,
  'too-many-requests': true,
  cancelled: true,
  closed: true,
  'too-slow': true,
  internal: true,
  'bad-recipient': true,
  'unknown-contact': true,
  'ambiguous-name': true,
  yourself: true,
  blocked: true,
  'not-possible': true,
  'they-have-no-relay': true,
  'no-relay': true,
  'no-onion': true,
  'files-need-onion': true,
  'file-too-large': true,
  'file-changed': true,
  'files-full': true,
  'unknown-file': true,
  'record-warning': true,
  'bad-message': true,
  'outbox-full': true,
  'unknown-message': true,
  'no-account': true,
  'device-replaced': true,
  'account-exists': true,
  'no-phrase': true,
  'bad-name': true,
  'bad-network': true,
  'bad-proxy': true,
  'bad-words': true,
  'record-refused': true,
  'needs-invite': true,
  'invite-refused': true,
  unreachable: true,
  busy: true,
  rejected: true,
  'not-supported': true,
  'profile-in-use': true,
  'other-proxy': true,
  'bad-profile': true,
  'disk-full': true,
  'needs-passphrase': true,
  'wrong-passphrase': true,
  locked: true,
  'not-admitted': true,
  'wrong-relay-key': true,
  'untrusted-relay': true,
  failed: true,
};

/** The known code of that name, or `failed` for one that only the other side knows. */
export function localApiErrorCode(name: string): LocalApiErrorCode {
  return Object.hasOwn(CODES, name) ? (name as LocalApiErrorCode) : 'failed';
}

/** The one error of this package, on both sides of a channel. `hint` tells the user what to do about it. */
export class LocalApiError extends Error {
  override readonly name = 'LocalApiError';
  readonly code: LocalApiErrorCode;
  readonly hint: string | undefined;

  constructor(code: LocalApiErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
