export type Encoded = readonly (readonly [encoding: string, needle: Buffer])[];

/** All that a program might turn a value into before it writes it; characters of two bytes are wide-text.ts's. */
export function encodingsOf(bytes: Uint8Array): Encoded {
  const raw = Buffer.from(bytes);
  const hex = raw.toString('hex');
  const all: [string, Buffer][] = [
    ['raw', raw],
    ['reversed', Buffer.from(raw).reverse()],
    ['hex', Buffer.from(hex)],
    ['HEX', Buffer.from(hex.toUpperCase())],
    ...[0, 1, 2].flatMap((before): [string, Buffer][] => [
      [`base64+${before}`, base64Within(raw, before, 'base64')],
      [`base64url+${before}`, base64Within(raw, before, 'base64url')],
    ]),
    ['percent', Buffer.from(percent(raw))],
    ['percent, every byte', Buffer.from(hex.replace(/../g, (byte) => `%${byte.toUpperCase()}`))],
    ...jsonOf(raw),
  ];
  // A form that is the same as an earlier one says nothing new.
  const seen = new Set<string>();
  return all.filter(
    ([, needle]) => !seen.has(needle.toString('latin1')) && seen.add(needle.toString('latin1')),
  );
}

/** The characters of a longer base64 text that depend on `raw` alone, when `before` bytes of a group precede it. */
function base64Within(raw: Buffer, before: number, alphabet: 'base64' | 'base64url'): Buffer {
  const text = Buffer.concat([Buffer.alloc(before), raw]).toString(alphabet);
  return Buffer.from(text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + raw.length) * 8) / 6)));
}

/** As in an address (RFC 3986 §2.1): what is unreserved stays. */
function percent(raw: Buffer): string {
  return Array.from(raw, (byte) => {
    const letter = String.fromCharCode(byte);
    return /[\w.~-]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

/** Inside a JSON text, where it is text at all: as programs write it, and with every other letter escaped. */
function jsonOf(raw: Buffer): readonly [string, Buffer][] {
  const text = raw.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(raw)) return [];
  const inside = JSON.stringify(text).slice(1, -1);
  const unit = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return [
    ['json', Buffer.from(inside)],
    ['json, ascii', Buffer.from(inside.replace(/[\u007f-\uffff]/g, unit))],
    [
      'json, escaped',
      Buffer.from(Array.from({ length: text.length }, (_, at) => unit(text.charAt(at))).join('')),
    ],
  ];
}
