/** A child of the stream, whole: its name, the text of its opening tag, and everything in it. */
export interface Stanza {
  readonly name: string;
  readonly tag: string;
  readonly text: string;
}

const TAG = /<(\/?)([a-zA-Z:_-]+)[^>]*?(\/?)>/g;

/**
 * Cuts an XMPP stream into its children (RFC 6120 §4). Enough for servers that we started ourselves and texts
 * that hold no markup; no parser for what strangers send.
 */
export class XmlStream {
  readonly #each: (stanza: Stanza) => void;
  #rest = '';
  #depth = 0;
  /** How far the rest has been looked at. */
  #seen = 0;
  #name = '';
  #tag = '';
  #start = 0;

  constructor(each: (stanza: Stanza) => void) {
    this.#each = each;
  }

  read(data: string): void {
    this.#rest += data;
    TAG.lastIndex = this.#seen;
    const found: Stanza[] = [];
    for (let match = TAG.exec(this.#rest); match !== null; match = TAG.exec(this.#rest)) {
      const [tag, closes, name = '', empty] = match;
      this.#seen = TAG.lastIndex;
      if (name === 'stream:stream') {
        this.#depth = 0;
        continue;
      }
      if (closes !== '/' && this.#depth++ === 0)
        [this.#name, this.#tag, this.#start] = [name, tag, match.index];
      if (closes === '/' || empty === '/') this.#depth--;
      if (this.#depth === 0) {
        found.push({ name: this.#name, tag: this.#tag, text: this.#rest.slice(this.#start, this.#seen) });
      }
    }
    if (this.#depth === 0) [this.#rest, this.#seen] = [this.#rest.slice(this.#seen), 0];
    for (const stanza of found) this.#each(stanza);
  }
}
