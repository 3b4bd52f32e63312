import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { xmppDialect } from '../load/xmpp-dialect.ts';
import type { Messenger } from './peer.ts';
import { listens, runProgram } from './run-program.ts';

/** Where Debian keeps Erlang libraries of this machine's kind. */
const LIBRARIES = '/usr/lib';

/**
 * Debian's ejabberd with stream management and nothing else. Started without its control script, which would
 * change the user, and without a node name, so that no port mapper is left behind.
 */
export const ejabberd: Messenger = {
  name: 'ejabberd',
  dialect: xmppDialect,
  find: () => installed()?.version,
  start: (folder, port) => {
    const config = join(folder, 'ejabberd.yml');
    writeFileSync(config, configOf(port));
    const args = [
      ...['-noinput', '-noshell', '+K', 'true', '+P', '250000'],
      ...['-mnesia', 'dir', JSON.stringify(join(folder, 'mnesia'))],
      ...['-ejabberd', 'log_rate_limit', '0', '-s', 'ejabberd'],
    ];
    const env = {
      HOME: folder,
      ERL_LIBS: installed()?.libraries ?? '',
      EJABBERD_CONFIG_PATH: config,
      EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
      ERL_CRASH_DUMP: join(folder, 'crash.dump'),
    };
    // It would take its time to say goodbye to everybody.
    return runProgram({ command: 'erl', args, folder, env, ready: listens(port), end: 'SIGKILL' });
  },
};

function installed(): { readonly version: string; readonly libraries: string } | undefined {
  if (!existsSync('/usr/sbin/ejabberdctl')) return undefined;
  for (const name of readdirSync(LIBRARIES).filter((each) => each.includes('-linux-'))) {
    const libraries = join(LIBRARIES, name);
    const found = readdirSync(libraries).find((each) => /^ejabberd-[\d.]+$/.test(each));
    if (found !== undefined) return { version: found.replace('ejabberd-', ''), libraries };
  }
  return undefined;
}

function configOf(port: number): string {
  return `
hosts: [localhost]
loglevel: critical
auth_method: [anonymous]
anonymous_protocol: sasl_anon
allow_multiple_connections: true
listen:
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    starttls: false
    backlog: 1024
    max_stanza_size: 262144
    shaper: none
modules:
  mod_stream_mgmt: {}
`;
}
