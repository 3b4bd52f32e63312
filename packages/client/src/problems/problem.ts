/**
 * Why a message of ours failed or waits. This is what is written down with it and what screens are given,
 * who have words for each in their languages; numbers are in `storedOn` and `of` of the message. A name that
 * was given out once means the same for ever.
 */
export type Problem =
  /** The account goes on without this device. */
  | 'replaced'
  /** The relay does not take this device any more, and nobody says whether the account goes on elsewhere. */
  | 'maybe-replaced'
  /** Another program runs with the same profile. */
  | 'used-elsewhere'
  /** The only road that the chat may take has not taken this account in yet. */
  | 'not-taken-in'
  | ProblemOfRoad
  | ProblemOfRefusal
  /** No road knows an account with this ID, and none ever did. */
  | 'unknown-account'
  /** The relay knows their account no more. */
  | 'account-lost'
  /** The same, where the chat might take the onion road if its user let it. */
  | 'account-lost-to-relay'
  /** The road that is open does not find their account now; it may yet. */
  | 'account-not-seen'
  /** Something about their account record has to be looked at first. */
  | 'contact-warning'
  /** Their account record does not prove itself. */
  | 'record-unproven'
  /** They were away for so long that their record is over. */
  | 'record-expired'
  /** The prekeys of their device are not signed as they must be. */
  | 'bad-keys'
  /** No road could take it. */
  | 'too-large'
  /** Stored on `storedOn` of `of` storage nodes. */
  | 'too-few-nodes'
  | ProblemOfFile
  /** The time is over in which it is tried. */
  | 'expired'
  /** Its recipient was blocked while it waited. */
  | 'blocked';

/** What is the matter with the only roads that a chat may take. */
type ProblemOfRoad =
  /** The chat is bound to the relay, and they are at none. */
  | 'they-have-no-relay'
  /** The chat is bound to the relay, and this account is at none. */
  | 'no-relay'
  /** The user bound the chat to the onion road, and this account is not on it. */
  | 'no-onion'
  /** The other side bound the chat to the onion road, and this account is not on it. */
  | 'no-onion-for-theirs'
  /** The relay shows another key than its URL. */
  | 'wrong-relay-key'
  /** No known authority vouches for the relay. */
  | 'untrusted-relay'
  /** The chat is bound to the relay, which does not answer, while the other road may. */
  | 'bound-to-relay'
  /** The chat is bound to the onion road, which does not answer, while the relay may. */
  | 'bound-to-onion'
  /** The relay is asked through the onion network only, and that network does not answer now. */
  | 'relay-behind-onion';

/** What is the matter with a file, or with a message because of its files. */
type ProblemOfFile =
  /** This account is not on the onion road, by which alone files travel. */
  | 'files-need-onion'
  /** Storage nodes do not answer, or too few of them; it is tried again. */
  | 'file-waits'
  /** Storage nodes will never take it. */
  | 'file-refused'
  /** Storage nodes do not have it any more. */
  | 'file-gone'
  /** It is not what its sender promised, or not what was written down. */
  | 'file-damaged'
  /** It lies where this program cannot fetch it from. */
  | 'file-unknown-kind'
  /** The user stopped it. */
  | 'file-cancelled';

/** A road has said that it will never take the message. */
type ProblemOfRefusal =
  | 'refused-by-relay-waits-for-onion'
  | 'refused-by-onion-waits-for-relay'
  | `${RefusedBy}-${'relay' | 'onion' | 'both'}`
  /** The one refused it, the other knows no account with this ID. */
  | `${RefusedBy}-${'relay-unknown-to-onion' | 'onion-unknown-to-relay'}`;

/** For good, or for its size. */
export type RefusedBy = 'refused-by' | 'too-large-for';

/** `other` is what an earlier version wrote down in words. */
export type ProblemCode = Problem | 'other';
