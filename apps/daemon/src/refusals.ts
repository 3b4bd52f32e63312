import type {
  ContactOutcome,
  ContactWarning,
  EnrolRefusal,
  KeepFileOutcome,
  NoWay,
  SendOutcome,
} from '@sotto/client';
import { LocalApiError } from '@sotto/local-api';

/** What the client refuses, as the one error that screens know, with what to do about it. */

export function noAccount(): LocalApiError {
  return new LocalApiError(
    'no-account',
    'there is no account in this profile',
    'make one with `sotto account create`, or bring one back with `sotto account restore`',
  );
}

export function deviceReplaced(): LocalApiError {
  return new LocalApiError(
    'device-replaced',
    'this device no longer belongs to the account: it was restored elsewhere, or deleted',
    'to go on here, `sotto account delete` in this profile, which erases only this copy, and restore it from the words',
  );
}

export function ambiguous(accounts: readonly string[]): LocalApiError {
  const list = accounts.join(', ');
  return new LocalApiError(
    'ambiguous-name',
    'several contacts have this name',
    `use one of their IDs: ${list}`,
  );
}

export function unknownMessage(): LocalApiError {
  return new LocalApiError('unknown-message', 'no such message is written down here');
}

export function unknownFile(): LocalApiError {
  return new LocalApiError('unknown-file', 'no such file is written down here');
}

function filesNeedOnion(): LocalApiError {
  return new LocalApiError(
    'files-need-onion',
    'files travel by the onion network only, and this account is not on it',
    'make an account in a network with storage nodes',
  );
}

export function keepRefusal(refusal: Exclude<KeepFileOutcome, { outcome: 'kept' }>): LocalApiError {
  switch (refusal.outcome) {
    case 'no-account':
      return noAccount();
    case 'files-need-onion':
      return filesNeedOnion();
    case 'too-large':
      return new LocalApiError(
        'file-too-large',
        `the file is larger than ${refusal.limit / 1_048_576} MiB, which is the most that can be sent`,
        'send it in parts, or by another way',
      );
    case 'changed':
      return new LocalApiError('file-changed', 'the file changed while it was read', 'send it again');
    case 'full':
      return new LocalApiError(
        'files-full',
        'too many files wait to be sent already',
        'see `sotto doctor` for why they wait',
      );
  }
}

export function unknownContact(): LocalApiError {
  return new LocalApiError(
    'unknown-contact',
    'no contact has this name',
    'use an account ID, or a name that `sotto contacts list` shows',
  );
}

/** `relay`: the network has one, so that it is what did not answer, or the storage nodes did not either. */
export function enrolRefusal(refusal: EnrolRefusal, { relay }: { readonly relay: boolean }): LocalApiError {
  switch (refusal.outcome) {
    case 'needs-invite':
      return new LocalApiError('needs-invite', 'this relay wants an invite', 'give it with --invite LINK');
    case 'invite-refused':
      return new LocalApiError(
        'invite-refused',
        'the relay does not take this invite: it was used already or is not one of its own',
        'ask for a new one',
      );
    case 'unreachable':
      if (refusal.reason === 'wrong-key') return wrongRelayKey();
      if (refusal.reason === 'untrusted') return untrustedRelay();
      return new LocalApiError(
        'unreachable',
        relay ? 'the relay does not answer' : 'no path through the onion network answers',
        `check ${relay ? 'its address' : 'the connection'}, and the proxy if you gave one; the same command, run again, goes on with the same keys`,
      );
    case 'busy':
      return new LocalApiError(
        'busy',
        'the relay asks to wait',
        `try again in ${Math.ceil(refusal.retryAfter / 1000)} s`,
      );
    case 'rejected':
      return new LocalApiError('rejected', `the relay refused the account (status ${refusal.status})`);
  }
}

export function wrongRelayKey(): LocalApiError {
  return new LocalApiError(
    'wrong-relay-key',
    'the relay at this address has another key than the URL says; somebody may stand in between, or the URL is old',
    'ask its operator for the URL of today; nothing was sent to this server',
  );
}

export function untrustedRelay(): LocalApiError {
  return new LocalApiError(
    'untrusted-relay',
    'no known authority vouches for the relay at this address, and the URL names no key',
    'ask its operator for the whole URL, with `#key=`; or, if its authority is one of their own, for that one’s certificate, and name it with NODE_EXTRA_CA_CERTS=FILE. Nothing was sent to this server',
  );
}

export function sendRefusal(refusal: Exclude<SendOutcome, { outcome: 'written' }>): LocalApiError {
  switch (refusal.outcome) {
    case 'no-account':
      return noAccount();
    case 'device-replaced':
      return deviceReplaced();
    case 'bad-recipient':
      return new LocalApiError(
        'bad-recipient',
        refusal.reason,
        'an account ID has 66 digits and begins with 05',
      );
    case 'unknown-recipient':
      return unknownContact();
    case 'ambiguous-recipient':
      return ambiguous(refusal.accounts);
    case 'yourself':
      return new LocalApiError(
        'yourself',
        'this is your own account; notes to oneself are not in this version',
      );
    case 'blocked':
      return new LocalApiError(
        'blocked',
        'you have blocked this contact',
        'end it with `sotto contacts unblock ID` first',
      );
    case 'no-way':
      return noWay(refusal.why);
    case 'warning':
      return recordWarning(refusal.warning);
    case 'empty':
      return new LocalApiError('bad-message', 'the text is empty');
    case 'unknown-file':
      return unknownFile();
    case 'too-many-files':
      return new LocalApiError(
        'bad-message',
        `a message takes ${refusal.limit} files`,
        'send the others with another one',
      );
    case 'too-long':
      return new LocalApiError(
        'bad-message',
        `the text has ${refusal.length} bytes; a message takes ${refusal.limit}`,
        'send it in parts',
      );
    case 'outbox-full':
      return new LocalApiError(
        'outbox-full',
        `${refusal.limit} messages wait to be carried already`,
        'see `sotto doctor` for why they wait',
      );
  }
}

function noWay(why: NoWay): LocalApiError {
  switch (why) {
    case 'they-have-no-relay':
      return new LocalApiError(
        why,
        'this chat would go by the relay only, and they are at no relay; nothing was written down',
        'leave `--road relay` out, or let the chat choose with `--road auto`: the onion road leads there',
      );
    case 'no-relay':
      return new LocalApiError(
        why,
        'this chat would go by the relay only, and this account has no relay; nothing was written down',
        'leave `--road relay` out, or let the chat choose with `--road auto`',
      );
    case 'files-need-onion':
      return filesNeedOnion();
    case 'no-onion':
      return new LocalApiError(
        why,
        'this chat would go by the onion road only, and this account is not on it; nothing was written down',
        'let the chat choose with `--road auto`, or make an account in a network with storage nodes',
      );
  }
}

export function contactRefusal(refusal: Exclude<ContactOutcome, { outcome: 'done' }>): LocalApiError {
  if (refusal.outcome === 'unknown-contact') return unknownContact();
  return new LocalApiError('not-possible', refusal.reason);
}

const WARNINGS: Readonly<Record<ContactWarning, string>> = {
  'record-forked': 'two different account records of this contact claim the same place in line',
  'record-rolled-back': 'somebody showed an older account record of this contact than the one you know',
  'record-unproven': 'a new account record of this contact is not signed as it must be',
  'version-lowered': 'the account record of this contact allows an older version than before',
};

function recordWarning(warning: ContactWarning): LocalApiError {
  return new LocalApiError(
    'record-warning',
    WARNINGS[warning],
    'compare safety numbers with them; `sotto contacts acknowledge ID` goes on with the devices known before',
  );
}
