import { chmod, realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { controlPath } from './control-path.ts';
import { DevnetError, type DevnetErrorCode, systemCode } from './errors.ts';
import type { ControlAction, ProcessStatus } from './types.ts';

/** One line of JSON each way, over a Unix socket that only this user can open. */
const requestSchema = z.object({
  action: z.enum(['kill', 'start', 'status', 'stop', 'ready']),
  target: z.exactOptional(z.string().max(40)),
});
export type ControlRequest = z.infer<typeof requestSchema>;

const replySchema = z.union([
  z.object({ value: z.unknown() }),
  z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }) }),
]);

const MAX_REQUEST = 4096;
const MAX_REPLY = 256 * 1024;
/** A start that waits for a slow server, and some. */
const REPLY_MS = 40_000;
const REQUEST_MS = 5000;
const MOST_CONNECTIONS = 16;

export type Answer = (request: ControlRequest) => Promise<unknown>;

/** Somebody listens already, and answers. */
export class ControlInUse extends Error {}

/** Listen where `controlDevnet` of this folder asks. Rejects with ControlInUse when another supervisor does. */
export async function serveControl(path: string, answer: Answer): Promise<Server> {
  const server = createServer((socket) => void converse(socket, answer));
  server.maxConnections = MOST_CONNECTIONS;
  try {
    await listen(server, path);
  } catch (error) {
    if (systemCode(error) !== 'EADDRINUSE') throw error;
    if (await isAnswered(path)) throw new ControlInUse();
    // Its supervisor was killed.
    await rm(path, { force: true });
    await listen(server, path);
  }
  await chmod(path, 0o600);
  return server;
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => {
      server.off('error', fail);
      done();
    });
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path, () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

async function converse(socket: Socket, answer: Answer): Promise<void> {
  // Whoever left does not hear the answer; nobody else is concerned.
  socket.on('error', () => socket.destroy());
  try {
    const line = await readLine(socket, MAX_REQUEST, REQUEST_MS);
    const value = await answer(requestSchema.parse(JSON.parse(line)));
    hangUp(socket, { value });
  } catch (error) {
    hangUp(socket, { error: describeError(error) });
  }
}

/** Whoever goes on sending after its answer is not listened to. */
function hangUp(socket: Socket, reply: object): void {
  socket.end(`${JSON.stringify(reply)}\n`, () => socket.destroy());
}

function describeError(error: unknown): { code: string; message: string; hint: string | null } {
  if (error instanceof DevnetError) {
    return { code: error.code, message: error.message, hint: error.hint ?? null };
  }
  return { code: 'not-ready', message: error instanceof Error ? error.message : 'unknown', hint: null };
}

export interface ControlTarget {
  readonly dir: string;
  readonly action: ControlAction;
  readonly target?: string;
}

/**
 * Tell a running devnet to kill or start a process, to report on all of them, or to stop. Resolves with the
 * state of what was named, or of all. Rejects with DevnetError `not-running`, `no-such-target` or `not-ready`.
 */
export async function controlDevnet({ dir, ...request }: ControlTarget): Promise<readonly ProcessStatus[]> {
  const real = await realpath(resolve(dir)).catch(() => undefined);
  if (real === undefined) throw notRunning(dir);
  return (await askControl(controlPath(real), request, dir)) as readonly ProcessStatus[];
}

/** `dir` is what the user calls the folder. */
export async function askControl(path: string, request: ControlRequest, dir?: string): Promise<unknown> {
  const socket = connect(path);
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    const reply = parseReply(await readLine(socket, MAX_REPLY, REPLY_MS));
    if ('value' in reply) return reply.value;
    const { code, message, hint } = reply.error;
    throw new DevnetError(code as DevnetErrorCode, message, hint ?? undefined);
  } catch (error) {
    if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(systemCode(error))) throw notRunning(dir);
    throw error;
  } finally {
    socket.destroy();
  }
}

function parseReply(line: string): z.infer<typeof replySchema> {
  try {
    return replySchema.parse(JSON.parse(line));
  } catch {
    const hint = 'it may be of another version: stop the devnet there and start it again';
    throw new DevnetError('not-ready', 'what answers in this folder is no devnet of this version', hint);
  }
}

function notRunning(dir = '…'): DevnetError {
  const hint = `start one there with \`sotto devnet --dir ${dir}\`, or name another folder`;
  return new DevnetError('not-running', 'no devnet runs in this folder', hint);
}

function readLine(socket: Socket, longest: number, milliseconds: number): Promise<string> {
  return new Promise((done, fail) => {
    let text = '';
    const finish = (): void => {
      clearTimeout(late);
      // What comes behind the line is read and dropped: unread, it would hide that the other side has gone.
      socket.off('data', collect).resume();
    };
    const collect = (part: string): void => {
      text += part;
      const end = text.indexOf('\n');
      if ((end < 0 ? text.length : end) > longest) {
        refuse(new DevnetError('not-ready', 'too long a line'));
      } else if (end >= 0) {
        finish();
        done(text.slice(0, end));
      }
    };
    const refuse = (error: Error): void => {
      finish();
      fail(error);
    };
    const late = setTimeout(() => refuse(new DevnetError('not-ready', 'no answer in time')), milliseconds);
    socket.setEncoding('utf8').on('data', collect);
    socket.once('error', refuse);
    socket.once('close', () => refuse(new DevnetError('not-running', 'the devnet has ended')));
  });
}
