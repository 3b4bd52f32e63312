import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BoundedLog } from './bounded-log.ts';

it('a log keeps its end and stops growing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-log-'));
  try {
    const path = join(folder, 'x.log');
    const log = new BoundedLog(path);
    const line = `${'x'.repeat(1023)}\n`;
    for (let count = 0; count < 5000; count++) log.write(line);
    log.write('the last line\n');
    log.close();
    const sizes = await Promise.all([path, `${path}.old`].map(async (file) => (await stat(file)).size));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(2 * 1024 * 1024 + 1024);
    expect(await readFile(path, 'utf8')).toMatch(/the last line\n$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('a log that cannot be written is given up', () => {
  const log = new BoundedLog('/nowhere/at/all.log');
  expect(() => log.write('x')).not.toThrow();
});
