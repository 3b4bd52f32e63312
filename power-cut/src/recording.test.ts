import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeededRandom } from '@sotto/testkit';
import { expect, it } from 'vitest';
import { ROOT, replay } from './disk/disk.ts';
import { survive } from './disk/survive.ts';
import { differences } from './disk/trees.ts';
import { loadRecording, type Recording, saveRecording } from './recording.ts';

it('a kept recording means the same cuts by the same seeds', () => {
  const recording: Recording = {
    ...{ workload: 'mailbox', seed: 1, operations: 2 },
    events: [
      { kind: 'begin', step: 1 },
      { kind: 'enter', folder: ROOT, name: 'a', inode: 1, isFolder: false },
      { kind: 'write', file: 1, at: 0, bytes: Buffer.alloc(9000, 7) },
      { kind: 'ack', step: 1 },
    ],
    facts: [['one fact']],
  };
  const folder = mkdtempSync(join(tmpdir(), 'sotto-recording-'));
  try {
    const file = join(folder, 'kept');
    saveRecording(file, recording);
    const again = loadRecording(file);
    expect(again).toEqual(recording);
    for (let seed = 0; seed < 50; seed++) {
      const [one, other] = [recording, again].map(({ events }) =>
        survive(replay(events), createSeededRandom(seed)),
      );
      expect(differences(one ?? new Map(), other ?? new Map())).toEqual([]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
