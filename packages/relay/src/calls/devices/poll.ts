import { clientAt } from '@sotto/limits';
import { DEFAULT_WAIT_SECONDS, MAX_WAIT_SECONDS } from '@sotto/protocol';
import { LONGEST_WAIT } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { busyReply, type Call, type Reply, reply } from '../../http/call.ts';
import type { Wait } from '../../waiters.ts';

/**
 * Answer a long poll (signal-service §2.6): what `look` gives as soon as it does, 204 when it has given nothing for as
 * long as `?timeout=` says in seconds, and 400 when that is no time to wait.
 */
export async function poll(
  context: RelayContext,
  call: Call,
  { bell, look }: Pick<Wait<Reply>, 'bell' | 'look'>,
): Promise<Reply> {
  const seconds = secondsOf(call);
  if (seconds === undefined) return reply(400);
  const leave = context.waiters.enter(clientAt(call.from));
  if (leave === undefined) {
    context.events.count('overloaded');
    return busyReply();
  }
  call.waits();
  try {
    const milliseconds = Math.min(seconds * 1_000, LONGEST_WAIT);
    return (await context.waiters.wait({ bell, milliseconds, look })) ?? reply(204);
  } finally {
    leave();
  }
}

function secondsOf({ query }: Call): number | undefined {
  const text = query.get('timeout') ?? String(DEFAULT_WAIT_SECONDS);
  const seconds = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= MAX_WAIT_SECONDS ? seconds : undefined;
}
