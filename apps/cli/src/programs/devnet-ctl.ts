import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';
import { explainDevnet } from './explain-devnet.ts';

/** Break and mend a running devnet; prints the state of what was named, or of everything. */
export async function devnetCtl(
  { dir, action, target }: InvocationOf<'devnet ctl'>,
  { output }: Context,
): Promise<number> {
  const { controlDevnet } = await import('@sotto/devnet');
  const statuses = await explainDevnet(
    controlDevnet({ dir, action, ...(target === undefined ? {} : { target }) }),
  );
  await output.results(
    statuses.map((status) => ({
      value: status,
      human: [status.target, status.state, status.pid, status.url].filter((part) => part != null).join(' '),
    })),
  );
  return DONE;
}
