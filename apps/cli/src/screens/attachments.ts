import { CliError, DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import { describeFiles } from './files/describe-files.ts';
import { fetchAndSave } from './files/fetch-and-save.ts';
import { type Screen, withOwner } from './screen.ts';

/** Save the files of one message, as often as one likes. Exit 1 when one of them could not be had. */
export function saveAttachments(
  { id, to, timeout }: InvocationOf<'attachments save'>,
  screen: Screen,
): Promise<number> {
  return withOwner(screen, async (api) => {
    const { terminal, output } = screen;
    const { files } = await api.call('files.list', { id });
    if (files.length === 0) throw new CliError('failed', 'this message has no files');
    const attachments = await fetchAndSave(api, files, {
      folder: to,
      patience: timeout,
      signal: terminal.signal,
      output,
      shown: terminal.stderr.isTTY === true && !output.json,
    });
    await output.result({ id, attachments }, describeFiles(attachments).trimStart());
    const missing = attachments.filter(({ path }) => path === undefined).length;
    if (missing > 0)
      throw new CliError('failed', `${missing} of ${attachments.length} could not be saved now`);
    return DONE;
  });
}
