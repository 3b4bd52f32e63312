import { spawn } from 'node:child_process';

/**
 * Calls that neither name a file nor write to one: left out, because reading modules alone makes a hundred
 * megabytes. Everything else is traced, so that a call that nobody thought of is seen.
 */
const LEFT_OUT = [
  ...['read', 'pread64', 'readv', 'preadv', 'preadv2', 'recvmsg', 'recvfrom', 'sendmsg', 'sendto'],
  ...[
    'futex',
    'mprotect',
    'madvise',
    'munmap',
    'brk',
    'epoll_wait',
    'epoll_pwait',
    'epoll_ctl',
    'poll',
    'ppoll',
  ],
  ...['rt_sigaction', 'rt_sigprocmask', 'sched_yield', 'clock_gettime', 'gettimeofday', 'clone', 'clone3'],
  ...['nanosleep', 'clock_nanosleep', 'getrandom', 'capget'],
];

/** Longer than any single write of a recorded process; a longer one ends the reading. */
const STRING_LIMIT = 8 * 1024 * 1024;

export interface TraceOutcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

/** Run this Node.js with arguments, its system calls written to a file. */
export function runTraced(args: readonly string[], file: string): Promise<TraceOutcome> {
  const options = ['-f', '-yy', '-xx', '-s', String(STRING_LIMIT), '-e', 'signal=none', '--seccomp-bpf'];
  const leftOut = LEFT_OUT.map((name) => `?${name}`).join(',');
  const command = [...options, '-e', `trace=!${leftOut}`, '-o', file, process.execPath, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn('strace', command, {
      stdio: ['ignore', 'inherit', 'pipe'],
      // With it the kernel would write files behind the trace.
      env: { ...process.env, UV_USE_IO_URING: '0' },
    });
    let errors = '';
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, errors }));
  });
}
