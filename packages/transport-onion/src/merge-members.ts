/** What order needs to know of a message. */
export interface Ordered {
  readonly hash: string;
  /** Milliseconds, as its sender said. */
  readonly timestamp: number;
}

interface Place<Message> {
  readonly message: Message;
  /** Lists in which something before it has not been taken yet. */
  blockedBy: number;
  readonly followers: Place<Message>[];
}

/**
 * One list of what several members hold. Whatever stands before something at one member does so here;
 * each member lacks some and none has them in another order, unless they were stored at the same time.
 * Where members contradict each other, or say nothing, the time of storing decides.
 */
export function mergeMembers<Message extends Ordered>(lists: readonly (readonly Message[])[]): Message[] {
  const places = new Map<string, Place<Message>>();
  for (const list of lists) {
    for (const message of list) {
      if (!places.has(message.hash)) places.set(message.hash, { message, blockedBy: 0, followers: [] });
    }
  }
  for (const list of lists)
    link([...new Set(list.map(({ hash }) => hash))].flatMap((hash) => places.get(hash) ?? []));
  return takeInOrder([...places.values()]);
}

function link<Message>(list: readonly Place<Message>[]): void {
  list.forEach((place, index) => {
    const next = list[index + 1];
    if (!next) return;
    place.followers.push(next);
    next.blockedBy++;
  });
}

/** Kahn's algorithm; in a circle the earliest goes first. */
function takeInOrder<Message extends Ordered>(places: readonly Place<Message>[]): Message[] {
  const left = new Set([...places].sort((one, other) => byTime(one.message, other.message)));
  const merged: Message[] = [];
  while (left.size > 0) {
    const place = firstOf(left);
    left.delete(place);
    merged.push(place.message);
    for (const follower of place.followers) follower.blockedBy--;
  }
  return merged;
}

function firstOf<Message>(left: ReadonlySet<Place<Message>>): Place<Message> {
  let earliest: Place<Message> | undefined;
  for (const place of left) {
    if (place.blockedBy <= 0) return place;
    earliest ??= place;
  }
  return earliest as Place<Message>;
}

function byTime(left: Ordered, right: Ordered): number {
  if (left.timestamp !== right.timestamp) return left.timestamp - right.timestamp;
  return left.hash < right.hash ? -1 : 1;
}
