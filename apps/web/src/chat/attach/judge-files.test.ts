import { MAX_FILE_BYTES, MAX_FILES } from '@sotto/local-api';
import { describe, expect, it } from 'vitest';
import { judgeFiles } from './judge-files.ts';

const files = (count: number, size = 1) =>
  Array.from({ length: count }, (_, at) => ({ name: `${at}`, size }));
const room = { attached: 0, carriesFiles: true };

describe('files that are to be attached', () => {
  it('may be as many and as large as a message and a file take', () => {
    expect(judgeFiles(files(MAX_FILES, MAX_FILE_BYTES), room)).toEqual({
      taken: files(MAX_FILES, MAX_FILE_BYTES),
      refused: [],
    });
  });

  it('are refused by name where one is too large, or no file', () => {
    const large = { name: 'film', size: MAX_FILE_BYTES + 1 };
    const folder = { name: 'pictures', size: 0, isFolder: true };
    const { taken, refused } = judgeFiles([large, ...files(1), folder], room);
    expect(taken).toEqual(files(1));
    expect(refused).toEqual([
      { why: 'too-large', ...large },
      { why: 'folder', name: 'pictures', size: 0 },
    ]);
  });

  it('fill the message up, and the rest is told once', () => {
    const { taken, refused } = judgeFiles(files(5), { ...room, attached: MAX_FILES - 2 });
    expect([taken.length, refused]).toEqual([2, [{ why: 'too-many' }]]);
  });

  it('are none for an account that no road carries them for', () => {
    expect(judgeFiles(files(2), { attached: 0, carriesFiles: false })).toEqual({
      taken: [],
      refused: [{ why: 'needs-onion' }],
    });
  });
});
