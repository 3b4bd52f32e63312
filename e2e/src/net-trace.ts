import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Every way in which a process of ours can say something to a network. */
const TRACED = 'connect,sendto,sendmsg,sendmmsg,write,writev';

/** Put in front of a command to write all that it and its children send to `file`, with the time of each call. */
export function networkWrapper(file: string): readonly string[] {
  return ['strace', '-f', '-yy', '-ttt', '-s', '0', '-e', `trace=${TRACED}`, '-o', file];
}

/** One call that may have put a packet on a network. Sockets of files, pipes and this machine's kernel are left out. */
export interface NetCall {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly call: string;
  /** `address:port` of the other side. */
  readonly to: string;
  /** Bytes handed to the system; 0 for `connect`. */
  readonly bytes: number;
}

const CALL = /^(\d+) +(\d+\.\d+) (\w+)\((\d+)<((?:TCP|UDP|RAW|ICMP)\w*):\[(.*?)\]>, (.*)$/;
const RESUMED = /^(\d+) +\d+\.\d+ <\.\.\. (\w+) resumed>.*= (-?\d+)/;
const IPV4 = /sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)/;
const IPV6 = /sin6_port=htons\((\d+)\).*inet_pton\(AF_INET6, "([^"]+)"/;

/**
 * Read a trace. Sockets whose other side cannot be told are kept as `unknown`, so that a test which
 * allows some addresses fails on them.
 */
export async function readNetTrace(file: string): Promise<readonly NetCall[]> {
  if (!existsSync(file)) return [];
  const calls: { at: number; call: string; to: string; bytes: number }[] = [];
  /** Peers of sockets that strace shows by inode or by their own address only. */
  const peers = new Map<string, string>();
  /** Calls that another thread's line interrupted, by thread. */
  const open = new Map<string, { bytes: number }>();
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [, resumed, , result] = RESUMED.exec(line) ?? [];
    if (resumed !== undefined) {
      const call = open.get(resumed);
      if (call !== undefined) call.bytes = Math.max(0, Number(result));
      open.delete(resumed);
      continue;
    }
    const [, thread, seconds, call, , kind, socket, rest] = CALL.exec(line) ?? [];
    if (thread === undefined || call === undefined || socket === undefined || rest === undefined) continue;
    const named = addressIn(rest);
    if (call === 'connect' && named !== undefined) peers.set(socket, named);
    const peer = socket.split('->')[1];
    const finished = /= (-?\d+)(?: |$)/.exec(rest)?.[1];
    const one = {
      at: Number(seconds) * 1_000,
      call,
      to: `${named ?? peer ?? peers.get(socket) ?? 'unknown'}${kind?.startsWith('TCP') ? '' : ` ${kind}`}`,
      bytes: call === 'connect' ? 0 : Math.max(0, Number(finished ?? 0)),
    };
    if (rest.includes('<unfinished ...>') && call !== 'connect') open.set(thread, one);
    calls.push(one);
  }
  return calls;
}

function addressIn(text: string): string | undefined {
  const [, port, address] = IPV4.exec(text) ?? IPV6.exec(text) ?? [];
  return address === undefined ? undefined : `${address}:${port}`;
}

/** Everything that was talked to, each once. */
export function talkedTo(calls: readonly NetCall[]): readonly string[] {
  return [...new Set(calls.map(({ to }) => to))].toSorted();
}

/** Bytes that went to one address within `[from, until)`, and the calls that took them. */
export function trafficTo(
  calls: readonly NetCall[],
  to: string,
  window: { readonly from: number; readonly until: number } = { from: 0, until: Number.POSITIVE_INFINITY },
): { readonly calls: number; readonly bytes: number } {
  const { from, until } = window;
  // A call that moved nothing was made again by the system's own rules.
  const within = calls.filter((one) => one.to === to && one.bytes > 0 && one.at >= from && one.at < until);
  return { calls: within.length, bytes: within.reduce((sum, { bytes }) => sum + bytes, 0) };
}
