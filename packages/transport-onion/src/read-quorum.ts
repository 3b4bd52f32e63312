import type { Bytes } from '@sotto/bytes';
import type { Clock } from '@sotto/client';
import type { DirectoryNode } from '@sotto/directory';
import { type ClientRequest, STORAGE_STATUS } from '@sotto/protocol';
import { gather } from './gather.ts';
import { type Members, readQuorum, Tour } from './members.ts';

/** How many are asked at once where there are as many: one who lies or lags is then outnumbered (design §1.5). */
const ASKED_AT_LEAST = 3;

export interface ReadQuorum<Answer> {
  readonly purpose: string;
  readonly key: Bytes;
  readonly request: (now: number) => ClientRequest;
  /** What an answer says, or `undefined` for one that cannot be true: it counts as none. */
  readonly read: (body: unknown, node: DirectoryNode) => Answer | undefined;
  readonly clock: Clock;
}

export type QuorumOutcome<Answer> =
  | { readonly outcome: 'answered'; readonly answers: readonly Answer[] }
  | { readonly outcome: 'busy' }
  /** Too few to know what the swarm holds. */
  | { readonly outcome: 'too-few' };

/**
 * Ask so many members that at least one of them has whatever was stored durably. Those who do not answer
 * are replaced by others; who is merely slow is not waited for once there are enough.
 */
export async function askQuorum<Answer>(
  members: Members,
  { purpose, key, request, read, clock }: ReadQuorum<Answer>,
): Promise<QuorumOutcome<Answer>> {
  const tour = new Tour(members, { key, purpose });
  let busy = false;
  const needed = () => Math.max(1, readQuorum(members.count(key)));

  async function askOneAfterTheOther(): Promise<Answer | undefined> {
    for (let node = tour.next(); node; node = tour.next()) {
      const reply = await tour.ask(node, request);
      if (reply.outcome === 'busy') busy = true;
      if (reply.outcome !== 'answered' || reply.status !== STORAGE_STATUS.ok) continue;
      const answer = read(reply.body, node);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  const jobs = Array.from({ length: Math.max(needed(), ASKED_AT_LEAST) }, askOneAfterTheOther);
  const answers = await gather(clock, jobs, (found) => found.length >= needed());
  if (members.count(key) > 0 && answers.length >= needed()) return { outcome: 'answered', answers };
  if (busy) return { outcome: 'busy' };
  void members.lookForList();
  return { outcome: 'too-few' };
}
