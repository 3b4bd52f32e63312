/** What can be wrong with an identity's text or bytes. */
export type IdentityErrorCode =
  /** An account ID that does not begin with 05. */
  | 'wrong-prefix'
  /** Text or bytes that are too short or too long for what they should be. */
  | 'wrong-length'
  /** A character that cannot stand in an account ID or an ACI. */
  | 'bad-character'
  /** A link, invite or network text that cannot be read. */
  | 'bad-link'
  /** A checksum in a link or network text does not match: it was mistyped or cut off. */
  | 'bad-checksum'
  /** A relay URL that is not https, or plain http to somewhere else than this machine. */
  | 'bad-relay-url'
  /** A text of a later format than this program knows. */
  | 'unsupported-version'
  /** A name in a link that is too long or has characters that nobody sees. */
  | 'bad-name'
  /** Our own draft cannot be a record; `facts.rule` says which rule it breaks. */
  | 'bad-record'
  /** The record that we had pinned cannot be read any more. */
  | 'bad-pin';

/** Input that cannot be an identity, a link or a network. `facts` are safe to show the user. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly code: IdentityErrorCode;
  readonly facts: Readonly<Record<string, string>>;

  constructor(code: IdentityErrorCode, message: string, facts: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}
