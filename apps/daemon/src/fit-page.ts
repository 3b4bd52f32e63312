import { lineBytes } from '@sotto/local-api';

/** A page leaves room for its frame within the longest line. One item always fits. */
export const MAX_PAGE_BYTES = 512 * 1024;

/**
 * Which items of a page fit into one line: [from, to) around the one at `anchor`, which is always among
 * them, as many on one side as on the other where both have some.
 */
export function fitPage(
  items: readonly object[],
  anchor: number,
  limit = MAX_PAGE_BYTES,
): { readonly from: number; readonly to: number } {
  if (items.length === 0) return { from: 0, to: 0 };
  const size = (index: number): number => lineBytes(JSON.stringify(items[index])) + 1;
  let [from, to] = [anchor, anchor + 1];
  let bytes = size(anchor);
  for (let grows = true; grows; ) {
    grows = false;
    if (to < items.length && bytes + size(to) <= limit) {
      bytes += size(to);
      to += 1;
      grows = true;
    }
    if (from > 0 && bytes + size(from - 1) <= limit) {
      from -= 1;
      bytes += size(from);
      grows = true;
    }
  }
  return { from, to };
}
