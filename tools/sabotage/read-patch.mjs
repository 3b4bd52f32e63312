import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * A patch that switches one defence off. Lines before its first `diff --git` say what it is about:
 *
 *     # test: packages/mailbox/src/sqlite-mailbox.test.ts -t "answers after the sync"
 *     # defence: every SQLite file syncs at commit
 */
export function readPatch(file) {
  const text = readFileSync(file, 'utf8');
  const head = text.split('diff --git ')[0];
  const test = /^# test: (\S+)(?: -t "(.+)")?\s*$/m.exec(head);
  const defence = /^# defence: (.+?)\s*$/m.exec(head);
  const name = basename(file, '.patch');
  if (head === text) throw new Error(`${name}: holds no diff`);
  if (!test) throw new Error(`${name}: says no test; write a line  # test: FILE -t "NAME"  above the diff`);
  if (!defence)
    throw new Error(`${name}: names no defence; write a line  # defence: SENTENCE  above the diff`);
  return { name, file, testFile: test[1], testName: test[2], defence: defence[1] };
}
