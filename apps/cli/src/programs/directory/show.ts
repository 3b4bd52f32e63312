import type { InvocationOf } from '../../parse/invocation.ts';
import type { Context } from '../context.ts';
import { readList } from './list-on-disk.ts';
import { printList } from './print-list.ts';

/** Print a list and who has signed it. Asks nobody. */
export async function showDirectory(
  { file }: InvocationOf<'directory show'>,
  { output }: Context,
): Promise<number> {
  return printList(file, await readList(file), output);
}
