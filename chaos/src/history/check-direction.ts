import type { Chats, Direction, Operation } from './read-chats.ts';
import type { Violation } from './violation.ts';

/** A gap on the screen, and which operations it may stand for: those between two places. */
interface Gap {
  /** How many it still stands for. */
  left: number;
  readonly after: number;
  readonly before: number;
}

/**
 * One direction of a chat: everything acknowledged is shown exactly once, in the order of sending, and
 * nothing else. What a gap stands for may come late, or, where servers were damaged, never.
 */
export function checkDirection(
  direction: Direction,
  { byText }: Pick<Chats, 'byText'>,
  mayLose: boolean,
): readonly Violation[] {
  const violations: Violation[] = [];
  const report = (kind: Violation['kind'], words: string, op?: string): void => {
    const { from, to } = direction;
    violations.push({ kind, from, to, words, ...(op === undefined ? {} : { op }) });
  };
  const shown = new Map<Operation, number>();
  const gaps: Gap[] = [];
  let newest = -1;
  for (const [index, seen] of direction.seen.entries()) {
    if (seen.event === 'gap') {
      gaps.push({ left: seen.missing, after: newest, before: nextPlace(direction, index, byText, newest) });
      continue;
    }
    const operation = byText.get(seen.text);
    if (operation === undefined) {
      report('altered', `a text that nobody wrote: ${JSON.stringify(seen.text.slice(0, 80))}`);
    } else if (operation.from !== direction.from || operation.to !== direction.to) {
      report('misdirected', `written by ${operation.from} to ${operation.to}`, operation.op);
    } else if (operation.outcome === 'refused') {
      report('invented', 'its sender was told that it was not sent', operation.op);
    } else if (shown.has(operation)) {
      report('doubled', 'shown again', operation.op);
    } else {
      const late = operation.place < newest;
      if (late && !excuse(gaps, operation)) {
        report('disordered', 'shown after what was sent later, and no gap stands for it', operation.op);
      }
      newest = Math.max(newest, operation.place);
      shown.set(operation, index);
    }
  }
  for (const operation of direction.sent) {
    if (operation.outcome !== 'acknowledged' || shown.has(operation)) continue;
    const told = excuse(gaps, operation);
    if (!told) report('lost', 'acknowledged, and neither shown nor told as missing', operation.op);
    else if (!mayLose) report('lost', 'acknowledged; a gap is all that is shown of it', operation.op);
  }
  // What is left may stand for operations of which nobody knows whether they were written down.
  const unsure = direction.sent.filter((each) => each.outcome !== 'acknowledged' && !shown.has(each));
  for (const each of unsure) excuse(gaps, each);
  for (const { left } of gaps) {
    if (left > 0) report('false-gap', `a gap stands for ${left} that nobody misses`);
  }
  return violations;
}

/** Let a gap stand for this operation, if one is in its place and not used up. */
function excuse(gaps: readonly Gap[], { place }: Operation): boolean {
  const gap = gaps.find(({ left, after, before }) => left > 0 && place > after && place < before);
  if (gap === undefined) return false;
  gap.left--;
  return true;
}

/** Where the next text behind a gap stands that goes on from it; late ones do not. */
function nextPlace(direction: Direction, index: number, byText: Chats['byText'], newest: number): number {
  for (const seen of direction.seen.slice(index + 1)) {
    const operation = seen.event === 'shown' ? byText.get(seen.text) : undefined;
    if (operation !== undefined && operation.place > newest) return operation.place;
  }
  return Number.POSITIVE_INFINITY;
}
