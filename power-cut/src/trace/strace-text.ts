/** What `strace -xx` makes of a text or of bytes. */
export function toStrace(text: string): string {
  return Buffer.from(text).toString('hex').replace(/../g, '\\x$&');
}

/** The bytes of what `strace -xx` wrote. By hand: a recording has millions of them. */
export function fromStrace(written: string): Buffer {
  if (written.length % 4 !== 0) throw new Error('the trace has a string that is not in hex');
  const bytes = Buffer.alloc(written.length / 4);
  for (let index = 0; index < bytes.length; index++) {
    const at = index * 4;
    const byte = digit(written.charCodeAt(at + 2)) * 16 + digit(written.charCodeAt(at + 3));
    const isHex = written.charCodeAt(at) === BACKSLASH && written.charCodeAt(at + 1) === X;
    if (!isHex || Number.isNaN(byte)) throw new Error('the trace has a string that is not in hex');
    bytes[index] = byte;
  }
  return bytes;
}

const BACKSLASH = 0x5c;
const X = 0x78;

function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x61 + 10 : Number.NaN;
}

const DESCRIPTOR = /^(\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>/;

/** The descriptor that a call begins with, and the path behind it. */
export function descriptorOf(args: string): { readonly number: number; readonly path: string } | undefined {
  const [, number, path = ''] = DESCRIPTOR.exec(args) ?? [];
  if (number === undefined) return undefined;
  return { number: number === 'AT_FDCWD' ? -1 : Number(number), path: fromStrace(path).toString() };
}

/** All strings of a call, whole: strace must not have cut any. */
export function stringsOf(args: string): readonly Buffer[] {
  const strings: Buffer[] = [];
  for (let from = args.indexOf('"'); from >= 0; ) {
    const to = args.indexOf('"', from + 1);
    if (to < 0) throw new Error('the trace has a string without an end');
    if (args.startsWith('...', to + 1)) throw new Error('strace cut a string; it needs a greater limit');
    strings.push(fromStrace(args.slice(from + 1, to)));
    from = args.indexOf('"', to + 1);
  }
  return strings;
}

const PATH = /(?:(\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>(?:\(deleted\))?, )?"((?:\\x[0-9a-f]{2})*)"/g;

/** The paths that a call names, absolute: each by itself or below the folder behind a descriptor. */
export function pathsOf(args: string): readonly string[] {
  return [...args.matchAll(PATH)].map(([, , folder = '', name = '']) => {
    const path = fromStrace(name).toString();
    return path.startsWith('/') ? path : `${fromStrace(folder).toString()}/${path}`;
  });
}
