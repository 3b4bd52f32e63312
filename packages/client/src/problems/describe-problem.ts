import type { Message } from '../ports/store.ts';
import type { Problem, ProblemCode } from './problem.ts';

const WORDS: Readonly<Record<Exclude<Problem, 'too-few-nodes'>, string>> = {
  replaced:
    'This device no longer belongs to the account: it was restored on another one, or deleted. Nothing can be sent from here.',
  'maybe-replaced':
    'The relay does not take this device any more, and the storage nodes do not say whether the account goes on without it. Nothing is sent until they do.',
  'used-elsewhere': 'Another program uses this very profile, so that nothing can be sent from this copy.',
  'not-taken-in': 'The only road that this chat may take has not taken this account in yet.',
  'they-have-no-relay':
    'This chat goes by the relay only, and they are at no relay. Set its road to `auto` to send it by the onion road.',
  'no-relay':
    'This chat goes by the relay only, and this account has no relay. Set its road to `auto` to send it by the onion road.',
  'no-onion':
    'This chat goes by the onion road only, and this account is not on it. Set its road to `auto` to send it by the relay.',
  'no-onion-for-theirs':
    'They want this chat to go by the onion road only, and this account is not on it. Nothing is sent by any other.',
  'wrong-relay-key':
    'The relay at this address has another key than the URL says: somebody may stand in between, or the URL is old.',
  'untrusted-relay': 'No known authority vouches for the server at this address, so nothing is sent to it.',
  'bound-to-relay': 'This chat goes by the relay only, and the relay does not answer now.',
  'bound-to-onion': 'This chat goes by the onion road only, and that road does not answer now.',
  'relay-behind-onion':
    'The relay is asked through the onion network only, as relay access says, and that network does not answer now.',
  'refused-by-relay-waits-for-onion': 'The relay refused this message; it waits for the onion road.',
  'refused-by-onion-waits-for-relay': 'The onion road refused this message; it waits for the relay.',
  'refused-by-relay': 'The relay refused this message for good.',
  'refused-by-onion': 'The onion road refused this message for good.',
  'refused-by-both': 'The relay and the onion road refused this message for good.',
  'refused-by-relay-unknown-to-onion':
    'The relay refused this message for good, and the onion road knows no account with this ID.',
  'refused-by-onion-unknown-to-relay':
    'The onion road refused this message for good, and the relay knows no account with this ID.',
  'too-large-for-relay': 'The relay refused this message as too large.',
  'too-large-for-onion': 'The onion road refused this message as too large.',
  'too-large-for-both': 'The relay and the onion road refused this message as too large.',
  'too-large-for-relay-unknown-to-onion':
    'The relay refused this message as too large, and the onion road knows no account with this ID.',
  'too-large-for-onion-unknown-to-relay':
    'The onion road refused this message as too large, and the relay knows no account with this ID.',
  'unknown-account': 'There is no account with this ID on this road.',
  'account-lost': 'The relay does not know their account now; they may have left it.',
  'account-lost-to-relay':
    'The relay does not know their account now; they may have left it. Set the road of this chat to `auto` to send it by the onion road.',
  'account-not-seen': 'Their account is not to be found by the road that is open at present.',
  'contact-warning':
    'Their account record was exchanged in a way that cannot be trusted. Look at the warning in this chat.',
  'record-unproven': 'Their account record cannot be proven, so nothing can be encrypted for them.',
  'record-expired': 'They have not been online for so long that their keys are out of date.',
  'bad-keys': 'The keys that their device offers do not hold, so nothing can be encrypted for it.',
  'too-large': 'This message is too large for any road.',
  'files-need-onion': 'Files travel by the onion network only, and this account is not on it yet.',
  'file-waits': 'Storage nodes do not answer for its files now; it is tried again.',
  'file-refused': 'Storage nodes refused a file for good.',
  'file-gone': 'Storage nodes do not have this file any more: they keep one for 30 days.',
  'file-damaged': 'This file is damaged: it is not what was promised.',
  'file-unknown-kind': 'This file lies where this program cannot fetch it from.',
  'file-cancelled': 'This file was stopped.',
  expired: 'It could not be carried within 14 days.',
  blocked: 'You blocked them before it was carried.',
};

/** All of them, `other` too. */
export const PROBLEM_CODES: readonly ProblemCode[] = [
  ...Object.keys(WORDS),
  'too-few-nodes',
  'other',
] as ProblemCode[];

/** What is written down of a message's problem, with the name that screens translate and in English words. */
export interface DescribedProblem {
  readonly code: ProblemCode;
  readonly words: string;
}

/** Undefined where nothing is the matter. Earlier versions wrote down sentences: those are given back. */
export function describeProblem(
  message: Pick<Message, 'problem' | 'storedOn' | 'of'>,
): DescribedProblem | undefined {
  const { problem: code, storedOn, of } = message;
  if (code === undefined) return undefined;
  if (code === 'too-few-nodes') return { code, words: describeFew(storedOn, of) };
  return isProblem(code) ? { code, words: WORDS[code] } : { code: 'other', words: code };
}

function describeFew(storedOn: number | undefined, of: number | undefined): string {
  if (storedOn === undefined || of === undefined)
    return 'Too few storage nodes have it yet; it is tried again.';
  return `Stored on ${storedOn} of ${of}, which is too few to count on; it is tried again.`;
}

function isProblem(text: string): text is keyof typeof WORDS {
  return Object.hasOwn(WORDS, text);
}
