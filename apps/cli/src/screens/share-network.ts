import { DONE } from '../cli-error.ts';
import { type Screen, withOwner } from './screen.ts';

/** Print a link by which somebody new joins. */
export function shareNetwork(screen: Screen): Promise<number> {
  return withOwner(screen, async (api) => {
    const shared = await api.call('network.share', {});
    await screen.output.result(shared, shared.link);
    return DONE;
  });
}
