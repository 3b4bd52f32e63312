import { existsSync } from 'node:fs';
import { acceptList } from '@sotto/directory';
import { CliError } from '../../cli-error.ts';
import type { InvocationOf } from '../../parse/invocation.ts';
import type { Context } from '../context.ts';
import { createList, editList } from './list-on-disk.ts';
import { printList } from './print-list.ts';

/** Ask seeds who the storage nodes are and keep what they agree on as a list that nobody has signed. */
export async function fetchDirectory(
  { file, from, proxy }: InvocationOf<'directory fetch'>,
  { output }: Context,
): Promise<number> {
  const { loadSeeds } = await import('@sotto/app-daemon');
  const { fetchNodes } = await loadSeeds();
  const way = proxy === undefined ? {} : { proxy };
  const fetched = await fetchNodes({ seeds: from, ...way, now: Date.now() });
  const written = existsSync(file)
    ? await editList(file, (pinned) => {
        const { outcome } = acceptList({ pinned, incoming: fetched, byOwner: true });
        if (outcome === 'accepted') return fetched;
        throw new CliError(
          'bad-directory',
          `${file} holds a list that is signed, of another kind of network, or later`,
          'name another file',
        );
      })
    : await createList(file, async () => fetched);
  return printList(file, written, output);
}
