import { ROAD_PATIENCE, WORK_PATIENCE } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Road, Toil } from '../ports/road.ts';

interface Unreachable {
  readonly outcome: 'unreachable';
}

export interface HowToAsk {
  /** Another road can be taken, so that a silent relay is not waited for. */
  readonly impatient: boolean;
  /** It is another relay that is asked, through the own road; its silence says nothing of the own relay. */
  readonly foreign?: boolean;
  /** Looked at right before: a chat that has become strict, or was blocked, asks nothing more of this road. */
  readonly mayLeave?: () => Promise<boolean>;
}

/**
 * Ask a road and remember how it answers. A relay that is silent for 5 s is unhealthy (design §1.4), and an
 * impatient caller goes on then. What it does after that does no harm: doubles are known at the other end.
 * A request over three hops may take its time, and so may the work that this device does for a relay: it is not silent then.
 */
export async function askRoad<Answer extends { readonly outcome: string }>(
  core: Core,
  road: Road,
  { impatient, foreign = false, mayLeave }: HowToAsk,
  ask: (toil: Toil) => Promise<Answer>,
): Promise<Answer | Unreachable> {
  if (mayLeave !== undefined && !(await mayLeave())) return { outcome: 'unreachable' };
  // Behind the onion network silence is not the relay's own either.
  const afar = foreign || (road.name === 'relay' && core.roads.access === 'onion');
  const heard: typeof core.roads.heard = (name, answer) => {
    if (!afar) core.roads.heard(name, answer);
  };
  return new Promise((resolve, reject) => {
    let silent = false;
    const onSilence = () => {
      silent = true;
      heard(road.name, 'unanswered');
      if (impatient) resolve({ outcome: 'unreachable' });
    };
    let cancel: () => void = () => undefined;
    const wait = (patience: number) => {
      cancel();
      if (road.name === 'relay' && !silent) cancel = core.clock.after(patience, onSilence);
    };
    wait(ROAD_PATIENCE);
    ask((isWorking) => wait(isWorking ? WORK_PATIENCE : ROAD_PATIENCE)).then(
      (answer) => {
        cancel();
        // Late is as bad as never, and was counted.
        if (!silent) heard(road.name, answer.outcome === 'unreachable' ? 'failed' : 'answered');
        resolve(answer);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error('a road has failed'));
      },
    );
  });
}
