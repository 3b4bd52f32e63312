import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Crowd } from '../load/crowd.ts';
import type { Messenger, RunningPeer } from '../peers/peer.ts';
import { freePort } from '../peers/run-program.ts';

/** One fresh start of a messenger, with everybody gone and everything deleted afterwards. */
export async function visit<Result>(
  messenger: Messenger,
  run: (running: RunningPeer, port: number, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), `sotto-bench-${messenger.name.replace(/\W/g, '-')}-`));
  const port = await freePort();
  const running = await messenger.start(folder, port);
  try {
    return await run(running, port, folder);
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same with a crowd that has joined. */
export function visitWith<Result>(
  messenger: Messenger,
  clients: number,
  run: (crowd: Crowd, running: RunningPeer, folder: string) => Promise<Result>,
): Promise<Result> {
  return visit(messenger, async (running, port, folder) => {
    const crowd = new Crowd(messenger.dialect, port, clients);
    try {
      await crowd.join();
      return await run(crowd, running, folder);
    } finally {
      await crowd.leave();
    }
  });
}
