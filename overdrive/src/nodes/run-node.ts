import { startNode } from '@sotto/storage-node';
import { forkProgram, nextFrom } from '../processes.ts';

export interface NodePlace {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly directory: string;
}

export interface RunningNode {
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** Starts a node in its place; resolves when it listens. */
export type NodeRunner = (place: NodePlace) => Promise<RunningNode>;

/** In this process: quick to start, and it stops in order. */
export const runHere: NodeRunner = async ({ data, host, port, directory }) => {
  const node = await startNode({ data, listen: { host, port }, directory });
  return { pid: undefined, stop: () => node.close() };
};

/** In a process of its own, which is killed when it is to stop. */
export const runProcess: NodeRunner = async ({ data, host, port, directory }) => {
  const child = forkProgram('nodes/serve-main.js', [data, host, String(port), directory]);
  await nextFrom(child);
  return {
    pid: child.pid,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
};
