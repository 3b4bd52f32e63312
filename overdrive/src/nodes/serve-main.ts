import { startNode } from '@sotto/storage-node';

/** A storage node as its program runs it. It ends with its parent. */
const [data = '', host = '', port = '0', directory = ''] = process.argv.slice(2);
const node = await startNode({ data, listen: { host, port: Number(port) }, directory });
process.once('disconnect', () => process.exit());
process.on('message', () => process.send?.({ totals: node.events.totals() }));
process.send?.({ url: node.url });
