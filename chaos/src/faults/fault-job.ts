import type { HistoryLog } from '../history/history-log.ts';
import type { PlannedFault } from '../plan/types.ts';
import type { Member } from '../world/member.ts';
import type { World } from '../world/world.ts';

/** One fault that is to be done, and to whom. */
export interface FaultJob {
  readonly world: World;
  readonly planned: PlannedFault;
  readonly member: Member;
  readonly log: HistoryLog;
  /** The run is over: heal at once. */
  readonly until: AbortSignal;
}
