import { cleanName } from './clean-name.ts';

/** What somebody pasted to add a contact. */
export type Pasted =
  /** An ID or a link, as the owner of the profile takes it; whether it is right is the owner's to say. */
  | {
      readonly kind: 'who';
      readonly who: string;
      readonly account: string;
      readonly name: string | undefined;
    }
  /** The beginning of an ID or link, or something too long for one. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invite' | 'network' | 'other' | 'nothing' };

const LINK = /sotto:\/\/contact\/(05[0-9a-f]{64})(?:\?(\S*))?/i;
/** A link to join names its giver, too. */
const JOIN = /sotto:\/\/join\?(\S*)/i;
const ID = /^05[0-9a-f]{64}$/i;
/** An ID or link has at most 2,048 characters; what is longer is searched only so far. */
const LONGEST = 4096;

/** Recognise an ID, in groups too, or a link with text around it. */
export function readWho(text: string): Pasted {
  const trimmed = text.slice(0, LONGEST).trim();
  if (trimmed === '') return { kind: 'nothing' };
  const link = LINK.exec(trimmed);
  if (link?.[1] !== undefined) {
    const name = cleanName(new URLSearchParams(link[2] ?? '').get('n') ?? '');
    return { kind: 'who', who: link[0], account: link[1].toLowerCase(), name };
  }
  const join = JOIN.exec(trimmed);
  const said = new URLSearchParams(join?.[1] ?? '');
  const giver = said.get('i');
  if (join !== null && giver !== null && ID.test(giver)) {
    return { kind: 'who', who: join[0], account: giver.toLowerCase(), name: cleanName(said.get('n') ?? '') };
  }
  if (/sotto:\/\/(contact|join)/i.test(trimmed)) return { kind: 'incomplete' };
  if (/sotto:\/\/invite/i.test(trimmed)) return { kind: 'invite' };
  if (/^sotto-network:/i.test(trimmed)) return { kind: 'network' };
  const digits = trimmed.replace(/\s+/g, '');
  if (ID.test(digits)) {
    const account = digits.toLowerCase();
    return { kind: 'who', who: account, account, name: undefined };
  }
  const within = trimmed.split(/\s+/).find((word) => ID.test(word));
  if (within !== undefined) {
    const account = within.toLowerCase();
    return { kind: 'who', who: account, account, name: undefined };
  }
  return { kind: /^05[0-9a-f]*$/i.test(digits) ? 'incomplete' : 'other' };
}

/** Worth jumping to the dialog that adds contacts when it is pasted where names are searched. */
export function isWho(text: string): boolean {
  return readWho(text).kind === 'who';
}
