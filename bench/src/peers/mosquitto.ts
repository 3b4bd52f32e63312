import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mqttDialect } from '../load/mqtt-dialect.ts';
import type { Messenger } from './peer.ts';
import { listens, runProgram, versionOf } from './run-program.ts';

/** Debian's MQTT broker: persistent sessions, a snapshot to disk each minute, nothing durable in between. */
export const mosquitto: Messenger = {
  name: 'mosquitto',
  dialect: mqttDialect,
  find: () => versionOf('mosquitto', ['-h'], /version (\S+)/),
  start: (folder, port) => {
    const file = join(folder, 'mosquitto.conf');
    const lines = [
      ...[`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'log_dest none', 'sys_interval 0'],
      ...['persistence true', `persistence_location ${folder}/`, 'autosave_interval 60'],
      ...['max_queued_messages 0', 'max_inflight_messages 100'],
      // Else it would change to a user who may not write into this folder.
      ...(process.getuid?.() === 0 ? ['user root'] : []),
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return runProgram({ command: 'mosquitto', args: ['-c', file], folder, ready: listens(port) });
  },
};
