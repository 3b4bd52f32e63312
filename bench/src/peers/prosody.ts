import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { xmppDialect } from '../load/xmpp-dialect.ts';
import type { Messenger } from './peer.ts';
import { listens, runProgram, versionOf } from './run-program.ts';

/** Debian's Prosody with stream management and nothing else. */
export const prosody: Messenger = {
  name: 'prosody',
  dialect: xmppDialect,
  find: () => versionOf('prosodyctl', ['about'], /Prosody (\d\S*)/),
  start: (folder, port) => {
    const file = join(folder, 'prosody.cfg.lua');
    writeFileSync(file, configOf(folder, port));
    return runProgram({ command: 'prosody', args: ['-F', '--config', file], folder, ready: listens(port) });
  },
};

function configOf(folder: string, port: number): string {
  return `
run_as_root = true
daemonize = false
pidfile = "${folder}/prosody.pid"
data_path = "${folder}"
log = { error = "*console" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
c2s_direct_tls_ports = {}
s2s_ports = {}
c2s_require_encryption = false
modules_enabled = { "saslauth", "smacks" }
modules_disabled = { "s2s", "tls", "offline" }
VirtualHost "localhost"
  authentication = "anonymous"
`;
}
