import type { Core } from '../core/core.ts';
import type { FetchFileOutcome } from './file-types.ts';
import { failWaiting, putFile, without } from './finish-file.ts';
import { viewFile } from './view-file.ts';
import { isWelcome } from './want-small-files.ts';

/** The user wants a file that came. It goes on being fetched after a restart. */
export function fetchFile(core: Core, id: string): Promise<FetchFileOutcome> {
  return core.unit(async (work) => {
    const file = await core.store.file(id);
    if (file === undefined || file.direction !== 'in') return { outcome: 'unknown-file' };
    if (file.state === 'here') return { outcome: 'here', file: viewFile(file) };
    if (file.state === 'wanted') return { outcome: 'wanted', file: viewFile(file) };
    if (file.attachment.length === 0) {
      return { outcome: 'not-possible', reason: 'this program does not know where this file lies' };
    }
    if (!(await isWelcome(core, file))) {
      return { outcome: 'not-possible', reason: 'files of a request are fetched when it has been accepted' };
    }
    if (core.roads.get('onion')?.chunks === undefined) {
      return {
        outcome: 'not-possible',
        reason: 'files need the onion network, and this account is not on it',
      };
    }
    const wanted = without(file, { state: 'wanted' });
    putFile(work, wanted);
    work.after(() => {
      core.signals.filesDue();
      return undefined;
    });
    return { outcome: 'wanted', file: viewFile(wanted) };
  });
}

/** Stop sending or fetching a file; what there is of it stays. */
export function cancelFile(
  core: Core,
  id: string,
): Promise<{ readonly outcome: 'cancelled' | 'unknown-file' | 'not-possible' }> {
  return core.unit(async (work) => {
    const file = await core.store.file(id);
    if (file === undefined) return { outcome: 'unknown-file' };
    if (file.state === 'wanted') putFile(work, { ...file, state: 'failed', problem: 'file-cancelled' });
    else if (file.state === 'waiting') await failWaiting(core, work, file, 'file-cancelled');
    else return { outcome: 'not-possible' };
    return { outcome: 'cancelled' };
  });
}
