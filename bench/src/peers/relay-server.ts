import { startRelay } from '@sotto/relay';

/** Our relay in a process of its own: `relay-server.js FOLDER PORT`. Plain http, as none of the peers has TLS here. */
const [data = '', port = '0'] = process.argv.slice(2);
const relay = await startRelay({
  data,
  listen: { host: '127.0.0.1', port: Number(port) },
  registration: 'open',
  tls: 'none',
  log: (line) => void process.stdout.write(`${line}\n`),
});
process.once('SIGTERM', () => void relay.close());
