import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { socketPath } from './socket-path.ts';

let runtime: string;

beforeEach(async () => {
  runtime = await mkdtemp(join(tmpdir(), 'sotto-run-'));
  vi.stubEnv('XDG_RUNTIME_DIR', runtime);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(runtime, { recursive: true, force: true });
});

describe('the socket of a profile', () => {
  it('lies in a folder of this user alone, under a name that does not tell the profile', async () => {
    const path = socketPath('/home/alice/secret-life');
    expect(path.startsWith(runtime)).toBe(true);
    expect(path).not.toContain('alice');
    expect(socketPath('/home/alice/secret-life')).toBe(path);
    expect(socketPath('/home/alice/other')).not.toBe(path);
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
  });

  it('is refused in a folder that others may enter', async () => {
    const folder = join(runtime, `sotto-${process.getuid?.() ?? 0}`);
    await mkdir(folder);
    await chmod(folder, 0o755);
    expect(() => socketPath('/p')).toThrow(expect.objectContaining({ code: 'bad-profile' }));
  });

  it('has room: a folder with too long a path is passed over', async () => {
    const long = join(runtime, 'x'.repeat(90));
    await mkdir(long);
    vi.stubEnv('XDG_RUNTIME_DIR', long);
    expect(Buffer.byteLength(socketPath('/p'))).toBeLessThanOrEqual(103);
  });
});
