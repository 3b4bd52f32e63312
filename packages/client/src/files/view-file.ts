import { layoutOf } from '@sotto/shards';
import type { StoredFile } from '../ports/store.ts';
import { countBits } from './bits.ts';
import type { FileView } from './file-types.ts';

export function viewFile(file: StoredFile): FileView {
  const { seed: _, attachment, done, addedAt: __, ...view } = file;
  return { ...view, done: doneBytes(file), readable: attachment.length > 0 && isReadable(file) };
}

function isReadable({ direction, state }: StoredFile): boolean {
  return direction === 'in' ? state === 'here' : state !== 'writing' && state !== 'unwanted';
}

/** In proportion: padding and the manifest are on their way, too. */
function doneBytes({ size, state, attachment, done }: StoredFile): number {
  if (state === 'here' || state === 'stored') return size;
  if (attachment.length === 0) return 0;
  return Math.floor((size * countBits(done)) / layoutOf(size).stored);
}
