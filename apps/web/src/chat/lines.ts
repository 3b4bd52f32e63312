import type { ChatItemValue } from '@sotto/local-api';
import { dayOf } from '../chats/time-words.ts';

/** Messages of one sender within this time stand together. */
const GROUP_MS = 5 * 60_000;

/** When an item happened, as its place in the chat shows it. */
export function timeOf(item: ChatItemValue): number {
  return item.kind === 'gap' ? item.received_at : item.sent_at;
}

/** What stands around an item on screen. */
export interface Line {
  /** The first of its day. */
  readonly day: boolean;
  /** The first that was not read when the chat was opened. */
  readonly unread: boolean;
  /** Begins and ends a group of one sender. */
  readonly first: boolean;
  readonly last: boolean;
  /** Time, road and state are the same as those of the next in its group, which shows them. */
  readonly quiet: boolean;
}

interface Around {
  readonly before: ChatItemValue | undefined;
  readonly item: ChatItemValue;
  readonly after: ChatItemValue | undefined;
  /** There are older items that are not in memory. */
  readonly hasBefore: boolean;
  /** Sequence of the first unread item. */
  readonly unreadFrom: number | undefined;
}

/** How an item is to be shown, by its neighbours alone. */
export function lineOf({ before, item, after, hasBefore, unreadFrom }: Around): Line {
  // The first in memory has no heading while older ones may come in front: rows must not change their height.
  const day = before === undefined ? !hasBefore : dayOf(timeOf(before)) !== dayOf(timeOf(item));
  const joins = before !== undefined && together(before, item) && item.sequence !== unreadFrom;
  const isJoined = after !== undefined && together(item, after) && after.sequence !== unreadFrom;
  return {
    day,
    unread: item.sequence === unreadFrom,
    first: !joins,
    last: !isJoined,
    quiet: isJoined && saysTheSame(item, after),
  };
}

function together(one: ChatItemValue, next: ChatItemValue): boolean {
  return (
    one.kind === 'text' &&
    next.kind === 'text' &&
    one.direction === next.direction &&
    Math.abs(next.sent_at - one.sent_at) <= GROUP_MS &&
    dayOf(one.sent_at) === dayOf(next.sent_at)
  );
}

function saysTheSame(one: ChatItemValue, next: ChatItemValue): boolean {
  return (
    one.kind === 'text' &&
    next.kind === 'text' &&
    one.state === next.state &&
    one.road === next.road &&
    one.state !== 'failed' &&
    one.state !== 'queued' &&
    Math.floor(one.sent_at / 60_000) === Math.floor(next.sent_at / 60_000)
  );
}
