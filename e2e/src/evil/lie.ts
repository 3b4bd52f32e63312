import type { ContactWarning, Problem } from '@sotto/client';

/**
 * What the user is told of a lie. A test asserts it, and docs/lies.md prints it, so neither can say what the
 * other does not.
 */
export type Told =
  /** Nothing false came of it and nothing can be done: honest traffic goes on by itself. */
  | { readonly kind: 'nothing' }
  /** The message that waits or failed says why. */
  | { readonly kind: 'problem'; readonly code: Problem }
  /** The chat carries a warning, and sending stops until it was looked at. */
  | { readonly kind: 'warning'; readonly code: ContactWarning }
  /** Counted for `status` and `doctor`. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** A notice in the chat that messages are missing. */
  | { readonly kind: 'gap' }
  /** `status`, `doctor` and the network page show the road as not up. */
  | { readonly kind: 'road' }
  /** The command that was given answers with this outcome. */
  | { readonly kind: 'outcome'; readonly outcome: string };

export interface Lie<World> {
  readonly name: string;
  /** What the liar says or does, as a sentence. */
  readonly tells: string;
  /** What the client must do. */
  readonly must: string;
  readonly told: Told;
  /** Lie, and show what comes of it. Ends while the lie still holds; the runner ends it and looks at the rest. */
  act(world: World): Promise<void>;
}

/** Lies of one subject. */
export interface LieGroup<World> {
  readonly title: string;
  readonly lies: readonly Lie<World>[];
}
