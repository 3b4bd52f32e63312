import { CliError, DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import { type Context, toldToEnd } from './context.ts';
import { endWithParent } from './end-with-parent.ts';
import { explainDevnet } from './explain-devnet.ts';

/** Run the chain of a devnet until told to end. */
export async function devnetChain(
  { listen, state, blockTime }: InvocationOf<'devnet chain'>,
  context: Context,
): Promise<number> {
  const orphaned = new Promise<void>(endWithParent);
  const { runChain } = await import('@sotto/devnet');
  const chain = await explainDevnet(runChain({ ...listen, state, blockTime }));
  try {
    const ready = { event: 'ready', url: chain.url, pid: process.pid };
    await context.output.result(ready, `ready: ${chain.url}`);
    const crashed = chain.ended.then(() => 'crashed' as const);
    const why = await Promise.race([toldToEnd(context), orphaned, crashed]);
    if (why === 'crashed') throw new CliError('failed', 'the chain has ended by itself');
  } finally {
    await chain.close();
  }
  return DONE;
}
