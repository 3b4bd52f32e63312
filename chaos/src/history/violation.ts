/** What a history can show that must never be. */
export interface Violation {
  readonly kind: /** Acknowledged, and not shown (or only told as missing where nothing was damaged). */
    | 'lost'
    /** Shown more than once. */
    | 'doubled'
    /** Shown, but nobody wrote it so. */
    | 'altered'
    /** Shown to somebody else, or as somebody else's. */
    | 'misdirected'
    /** Shown although its sender was told that it was not sent. */
    | 'invented'
    /** Shown after something that its sender wrote later. */
    | 'disordered'
    /** An answer stands before what it answers. */
    | 'causal'
    /** A gap where nothing is missing. */
    | 'false-gap'
    /** The chat and what was shown of it when it came are not the same. */
    | 'rewritten'
    /** Acknowledged, and not in the sender's own chat. */
    | 'forgotten'
    /** Still on its way, or given up, when everything had been healed. */
    | 'stuck'
    /** Told by a fault that looked closer. */
    | 'finding'
    /** The run did not come to its end. */
    | 'unfinished';
  readonly from: string;
  readonly to: string;
  readonly words: string;
  readonly op?: string;
}

export function formatViolation({ kind, from, to, words, op }: Violation): string {
  const where = from === '' ? '' : ` (${from} to ${to})`;
  return `${kind}: ${op === undefined ? '' : op}${where} ${words}`;
}
