/** Stands for what is left out. */
const HIDDEN = '…';

/**
 * A URL where a command shows its settings: no user, password or token, nothing of its query, and of its path only what
 * `path` allows. Of what is not plainly a URL nothing is shown, for then nobody can say where in it a password ends.
 */
export function shownUrl(text: string, { path }: { readonly path: 'shown' | 'hidden' }): string {
  const url = parse(text);
  // Behind the host there is no @ unless a password has run over into what follows.
  if (url === undefined || url.host === '' || `${url.pathname}${url.search}${url.hash}`.includes('@')) {
    return HIDDEN;
  }
  const user = url.username === '' && url.password === '' ? '' : `${HIDDEN}@`;
  const behind = path === 'hidden' && url.pathname.length > 1 ? `/${HIDDEN}` : url.pathname;
  const query = url.search === '' && url.hash === '' ? '' : `?${HIDDEN}`;
  return `${url.protocol}//${user}${url.host}${behind}${query}`;
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
