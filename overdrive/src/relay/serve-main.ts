import { startRelay } from '@sotto/relay';

/** Found in a moment: what strangers pay is not what is measured. */
const WORK_BITS = { ticket: 8, keys: 8, request: 8 } as const;

/** A relay as its program runs it, but that strangers' work is cheap. It ends with its parent. */
const [data = '', host = '', port = '0'] = process.argv.slice(2);
const relay = await startRelay({
  data,
  listen: { host, port: Number(port) },
  registration: 'open',
  workBits: WORK_BITS,
  log: (line) => process.stderr.write(`${line}\n`),
});
process.once('disconnect', () => process.exit());
process.on('message', () => process.send?.({ totals: relay.events.totals() }));
process.send?.({ url: relay.url });
