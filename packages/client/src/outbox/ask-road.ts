import { ROAD_PATIENCE } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Road } from '../ports/road.ts';

interface Unreachable {
  readonly outcome: 'unreachable';
}

/**
 * Ask a road and remember how it answers. A relay that is silent for 5 s is unhealthy (design §1.4); with
 * `impatient` its answer is not waited for any longer, because another road can be taken. What it does after
 * that does no harm: doubles are known at the other end. A request over three hops may take its time.
 */
export function askRoad<Answer extends { readonly outcome: string }>(
  core: Core,
  road: Road,
  impatient: boolean,
  ask: () => Promise<Answer>,
): Promise<Answer | Unreachable> {
  return new Promise((resolve, reject) => {
    let silent = false;
    const onSilence = () => {
      silent = true;
      core.roads.heard(road.name, 'unanswered');
      if (impatient) resolve({ outcome: 'unreachable' });
    };
    const cancel = road.name === 'relay' ? core.clock.after(ROAD_PATIENCE, onSilence) : () => undefined;
    ask().then(
      (answer) => {
        cancel();
        // Late is as bad as never, and was counted.
        if (!silent) core.roads.heard(road.name, answer.outcome === 'unreachable' ? 'failed' : 'answered');
        resolve(answer);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error('a road has failed'));
      },
    );
  });
}
