import type { InvocationOf } from '../../parse/invocation.ts';
import type { Context } from '../context.ts';
import { keepSeen } from './keep-seen.ts';
import { readBounded } from './list-on-disk.ts';
import { printList } from './print-list.ts';

type Invocation = InvocationOf<'directory fetch'>;

/** Older than this, a block that is called final is worth a word. Milliseconds. */
const OLD_BLOCK = 60 * 60_000;

/** Ask seeds or a registry who the storage nodes are, and keep them as a list that nobody has signed. */
export async function fetchDirectory(
  { file, source, proxy }: Invocation,
  { output }: Context,
): Promise<number> {
  const { loadRegistry, loadSeeds } = await import('@sotto/app-daemon');
  const now = Date.now();
  const way = proxy === undefined ? { now } : { proxy, now };
  if ('seeds' in source) {
    const { fetchNodes } = await loadSeeds();
    const fetched = await fetchNodes({ seeds: source.seeds, ...way });
    return printList(file, await keepSeen(file, fetched), output);
  }
  const chain = await readBounded(source.chain, 'it names a contract and endpoints of its chain');
  const { fetchRegistry } = await loadRegistry();
  const { signed, chainId, contract, height, time, faults } = await fetchRegistry({ chain, ...way });
  const kept = await keepSeen(file, signed);
  const block = { height, time };
  const registry = { chain: chainId, contract, block, faults };
  const code = await printList(file, kept, output, { registry });
  output.note(
    `registry ${contract} of chain ${chainId}, at block ${height} of ${new Date(time).toISOString()}`,
  );
  if (now - time > OLD_BLOCK)
    output.note('this block is old: do the endpoints lag, or has the chain stopped?');
  for (const { host, why } of faults) output.note(`${host} did not count: ${why}`);
  return code;
}
