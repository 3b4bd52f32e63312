import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import { type Screen, withOwner } from './screen.ts';

/** Print a link by which somebody new joins, or the whole network as a text. */
export function shareNetwork({ text }: InvocationOf<'network share'>, screen: Screen): Promise<number> {
  return withOwner(screen, async (api) => {
    if (text) {
      const whole = await api.call('network.text', {});
      await screen.output.result(whole, whole.network);
      return DONE;
    }
    const shared = await api.call('network.share', {});
    await screen.output.result(shared, shared.link);
    return DONE;
  });
}
