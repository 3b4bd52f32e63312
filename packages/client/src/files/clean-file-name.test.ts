import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanFileName, cleanFileType } from './clean-file-name.ts';

describe('the name of a file', () => {
  it('is never a path, hidden, or a device', () => {
    for (const [said, name] of [
      ['photo.jpg', 'photo.jpg'],
      ['../../etc/passwd', 'passwd'],
      ['C:\\Users\\x\\a.txt', 'a.txt'],
      ['..', undefined],
      ['.bashrc', 'bashrc'],
      ['a/', undefined],
      ['con', '_con'],
      ['LPT1.txt', '_LPT1.txt'],
      ['re\u202efdp.exe', 'refdp.exe'],
      ['a\u0000b\n.txt', 'ab.txt'],
      ['  zwei   Wörter .pdf.', 'zwei Wörter .pdf'],
      ['', undefined],
      [undefined, undefined],
    ] as const) {
      expect(cleanFileName(said)).toBe(name);
    }
  });

  it('keeps its ending when it is cut', () => {
    const name = cleanFileName(`${'ä'.repeat(300)}.tar.gz`) ?? '';
    expect([...name]).toHaveLength(120);
    expect(name.endsWith('ä.gz')).toBe(true);
  });

  it('is the same when it is cleaned twice, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (said) => {
        const name = cleanFileName(said);
        if (name === undefined) return;
        expect(name).not.toMatch(/[\\/\p{Cc}]|^\.|^$/u);
        expect(cleanFileName(name)).toBe(name);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the type of a file', () => {
  it('is one, or says nothing', () => {
    expect(cleanFileType('image/PNG; charset=x')).toBe('image/png');
    for (const said of ['', undefined, 'image', 'a/b/c', 'text/<script>', `x/${'y'.repeat(80)}`]) {
      expect(cleanFileType(said)).toBe('application/octet-stream');
    }
  });
});
