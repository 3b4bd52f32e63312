import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import { type Context, toldToEnd } from './context.ts';
import { BIN, DETACHED, describeReady } from './devnet-supervisor.ts';
import { explainDevnet } from './explain-devnet.ts';

/** Run a network of real processes until told to end, or until whoever started it has. */
export async function devnet(invocation: InvocationOf<'devnet'>, context: Context): Promise<number> {
  if (invocation.detach) return (await import('./devnet-detach.ts')).detachDevnet(invocation, context);
  const { terminal, output } = context;
  const { startDevnet, watchParent } = await import('@sotto/devnet');
  const { askEndpoint, initNode, registerNode } = await import('@sotto/app-storage-node');
  const { endWithParent } = await import('./end-with-parent.ts');
  const ending = new AbortController();
  const end = (): void => ending.abort();
  void toldToEnd(context).then(end);
  if (terminal.environment[DETACHED] === undefined) {
    watchParent(end);
    endWithParent(end);
  }
  const { dir, nodes, swarms, relay, apps, chain, quickVotes } = invocation;
  const started = await explainDevnet(
    startDevnet({
      dir,
      bin: BIN,
      ...(nodes === undefined ? {} : { nodes }),
      ...(swarms === undefined ? {} : { swarms }),
      relay,
      apps,
      initNode,
      ...(chain === undefined ? {} : { chain }),
      chainTools: { ask: askEndpoint, register: registerNode },
      quickVotes,
      note: (words) => output.note(`${words}\n  start it again: \`sotto devnet ctl start …\``),
      signal: ending.signal,
    }),
  );
  if (started.outcome === 'running') {
    await output.result(started.ready, describeReady(started.ready));
    output.note('it was running already');
    return DONE;
  }
  const { ready, ended, close } = started.devnet;
  try {
    await output.result(ready, describeReady(ready));
    await Promise.race([aborted(ending.signal), ended]);
  } finally {
    await close();
  }
  return DONE;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
