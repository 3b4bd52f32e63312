import { IdentityError } from './errors.ts';

/** Longer than any link of ours; nobody pastes a book by purpose. */
const LONGEST_LINK = 2048;

/**
 * Split `<start><path>?<name>=<value>&…` of our own scheme. Unknown names are kept for nobody, so that
 * later versions may add some; a name twice is refused. Throws IdentityError `bad-link`.
 *
 * Written out because URL parsers disagree about schemes that they do not know.
 */
export function splitLink(
  text: string,
  start: string,
): { readonly path: string; readonly query: ReadonlyMap<string, string> } {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST_LINK) throw new IdentityError('bad-link', 'this link is too long');
  if (trimmed.slice(0, start.length).toLowerCase() !== start) {
    throw new IdentityError('bad-link', `this link does not begin with ${start}`);
  }
  const rest = trimmed.slice(start.length);
  const mark = rest.indexOf('?');
  if (mark < 0) return { path: rest, query: new Map() };
  const query = new Map<string, string>();
  for (const pair of rest.slice(mark + 1).split('&')) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    if (query.has(name)) throw new IdentityError('bad-link', 'this link says the same thing twice');
    query.set(name, decode(equals < 0 ? '' : pair.slice(equals + 1)));
  }
  return { path: rest.slice(0, mark), query };
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new IdentityError('bad-link', 'this link has a damaged % sequence');
  }
}
