import { describe, expect, it } from 'vitest';
import { EventReader } from './read-events.ts';
import { toStrace } from './strace-text.ts';

const FOLDER = '/disk';
const MARKS = '/marks';
const path = (name: string): string => `"${toStrace(name)}"`;
const fd = (number: number, name: string): string => `${number}<${toStrace(name)}>`;
const OPEN = `7 openat(AT_FDCWD<${toStrace('/')}>, ${path('/disk/a')}, O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 3`;

function eventsOf(...lines: readonly string[]) {
  const reader = new EventReader({ folder: FOLDER, marks: MARKS });
  reader.read(`${lines.join('\n')}\n`);
  return reader.events;
}

describe('events of a trace', () => {
  it('are what was done to the folder and what was said meanwhile', () => {
    const events = eventsOf(
      `7 write(${fd(9, MARKS)}, ${path('begin 1\n')}, 8) = 8`,
      OPEN,
      `7 write(${fd(3, '/disk/a')}, ${path('abc')}, 3) = 2`,
      `7 write(${fd(3, '/disk/a')}, ${path('c')}, 1) = 1`,
      `7 pwrite64(${fd(3, '/disk/a')}, ${path('X')}, 1, 7) = 1`,
      `7 write(${fd(4, '/elsewhere')}, ${path('no')}, 2) = 2`,
      `7 fsync(${fd(3, '/disk/a')}) = 0`,
      `7 rename(${path('/disk/a')}, ${path('/disk/b')}) = 0`,
      `7 write(${fd(9, MARKS)}, ${path('ack 1\n')}, 6) = 6`,
    );
    expect(events).toEqual([
      { kind: 'begin', step: 1 },
      { kind: 'enter', folder: 0, name: 'a', inode: 1, isFolder: false },
      { kind: 'write', file: 1, at: 0, bytes: Buffer.from('ab') },
      { kind: 'write', file: 1, at: 2, bytes: Buffer.from('c') },
      { kind: 'write', file: 1, at: 7, bytes: Buffer.from('X') },
      { kind: 'sync', inode: 1, covers: 5 },
      { kind: 'move', inode: 1, from: { folder: 0, name: 'a' }, to: { folder: 0, name: 'b' } },
      { kind: 'ack', step: 1 },
    ]);
  });

  it('know that a sync may miss what was written while it ran', () => {
    const events = eventsOf(
      OPEN,
      `7 fsync(${fd(3, '/disk/a')} <unfinished ...>`,
      `8 pwrite64(${fd(3, '/disk/a')}, ${path('X')}, 1, 0) = 1`,
      '7 <... fsync resumed>) = 0',
    );
    expect(events.at(-1)).toEqual({ kind: 'sync', inode: 1, covers: 1 });
  });

  it.each([
    [
      'a call that nobody thought of',
      `7 sync_file_range(${fd(3, '/disk/a')}, 0, 0, 0) = 0`,
      /does not model: sync_file_range/,
    ],
    ['a second descriptor', `7 fcntl(${fd(3, '/disk/a')}, F_DUPFD_CLOEXEC, 3) = 5`, /does not model: fcntl/],
    [
      'memory that writes a file',
      `7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, ${fd(3, '/disk/a')}, 0) = 0x7f00`,
      /does not model: mmap/,
    ],
    [
      'writes that sync by themselves',
      `7 openat(AT_FDCWD<${toStrace('/')}>, ${path('/disk/a')}, O_WRONLY|O_DSYNC) = 4`,
      /does not model/,
    ],
    [
      'a swap of names',
      `7 renameat2(AT_FDCWD<${toStrace('/')}>, ${path('/disk/a')}, AT_FDCWD<${toStrace('/')}>, ${path('/disk/a')}, RENAME_EXCHANGE) = 0`,
      /does not model: renameat2/,
    ],
    ['a ring past the trace', '7 io_uring_setup(64, 0x7ffd) = 5', /io_uring/],
    ['a mark that is none', `7 write(${fd(9, MARKS)}, ${path('done\n')}, 5) = 5`, /mark/],
    ['a string that was cut', `7 pwrite64(${fd(3, '/disk/a')}, ${path('X')}..., 99, 0) = 99`, /cut a string/],
  ])('are refused with %s', (_what, line, message) => {
    expect(() => eventsOf(OPEN, line)).toThrow(message);
  });

  it('leave out the index of a write-ahead log, whatever is done to it', () => {
    expect(
      eventsOf(
        `7 mmap(NULL, 32768, PROT_READ|PROT_WRITE, MAP_SHARED, ${fd(5, '/disk/a.db-shm')}, 0) = 0x7f00`,
      ),
    ).toEqual([]);
  });
});
