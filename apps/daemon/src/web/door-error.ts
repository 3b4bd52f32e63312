/** The door cannot listen where it was told to; `cause` is what the system says. */
export class DoorError extends Error {
  override readonly name = 'DoorError';
  readonly code = 'cannot-listen';

  constructor(cause: Error) {
    super('the page cannot be served at this address', { cause });
  }
}
