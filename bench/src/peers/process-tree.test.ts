import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cpuOfTree, memoryOfTree } from './process-tree.ts';

const BURN =
  "const { cpuUsage } = process; while (cpuUsage().user < 300_000); console.log('burnt'); setInterval(() => 0, 9_999);";

it.runIf(existsSync('/proc/self/stat'))('counts what children of a process use', async () => {
  const alone = cpuOfTree(process.pid);
  expect(alone).toBeGreaterThan(0);
  const child = spawn(process.execPath, ['-e', BURN], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { pid = 0 } = child;
  try {
    await once(child.stdout, 'data');
    expect(cpuOfTree(pid)).toBeGreaterThan(290_000);
    expect(cpuOfTree(process.pid) - alone).toBeGreaterThan(290_000);
    expect(memoryOfTree(process.pid)).toBeGreaterThan(memoryOfTree(pid));
    expect(memoryOfTree(pid)).toBeGreaterThan(10_000_000);
  } finally {
    child.kill('SIGKILL');
  }
  await once(child, 'exit');
  expect(cpuOfTree(pid)).toBe(0);
});
