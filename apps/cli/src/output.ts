import { tell } from './cli-error.ts';
import { type Terminal, write } from './terminal.ts';

/** Results on standard output, everything else on standard error. */
export class Output {
  readonly json: boolean;
  readonly #terminal: Pick<Terminal, 'stdout' | 'stderr'>;

  constructor(terminal: Pick<Terminal, 'stdout' | 'stderr'>, json: boolean) {
    this.#terminal = terminal;
    this.json = json;
  }

  /** One result; returns when it is handed over. */
  result(value: object, human: string): Promise<void> {
    return this.results([{ value, human }]);
  }

  /** Several results in one write, so that they are handed over together or not at all. */
  async results(all: readonly { readonly value: object; readonly human: string }[]): Promise<void> {
    if (all.length === 0) return;
    const lines = all.map(({ value, human }) => (this.json ? harmlessJson(value) : harmless(human)));
    await write(this.#terminal.stdout, lines.map((line) => `${line}\n`).join(''));
  }

  /** Progress, prompts, advice. Never waits: who does not read them does not hold the command up. */
  note(text: string): void {
    this.#terminal.stderr.write(`${harmless(text)}\n`);
  }

  error(error: unknown): void {
    const { code, message, hint } = tell(error);
    if (this.json) {
      this.#terminal.stderr.write(`${harmlessJson({ error: { code, message, hint } })}\n`);
      return;
    }
    this.note(`sotto: ${message}${hint === null ? '' : `\n  ${hint}`}`);
  }
}

/**
 * Text of other people must not move the cursor, recolour the terminal or turn a line around: control
 * characters and direction marks become visible, line breaks and tabs stay.
 */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (sign) =>
    sign === '\n' || sign === '\t' ? sign : '\ufffd',
  );
}

/**
 * The same for JSON, where nothing may be lost: what JSON itself lets through unescaped and a terminal
 * or a splitter of lines would act upon. C0 controls and lone surrogates are escaped already.
 */
export function harmlessJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
