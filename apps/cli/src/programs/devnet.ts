import { notYet } from '../parse/flags.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';

/** Run a network of real processes. */
export async function devnet(_: InvocationOf<'devnet'>, _context: Context): Promise<number> {
  throw notYet('a devnet');
}
