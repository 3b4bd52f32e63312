import { notYet } from '../parse/flags.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';

/** Break and mend a running devnet. */
export async function devnetCtl(_: InvocationOf<'devnet ctl'>, _context: Context): Promise<number> {
  throw notYet('a devnet');
}
