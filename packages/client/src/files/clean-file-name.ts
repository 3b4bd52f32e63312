import { MAX_FILE_NAME_LENGTH } from '../constants.ts';
import { settleName } from '../contacts/clean-name.ts';

/** What cannot stand in a name on some system, what turns text around, and all that is drawn as nothing. */
const NEVER = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800"*:<>?|\\/]/gu;

/** Names that are devices on Windows, whatever follows the dot. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

const LONGEST_ENDING = 16;

/**
 * A name for a file that is nowhere a path, hides nothing and stands for no device: the last part of what was
 * said, one line, at most 120 characters with its ending kept. Undefined when nothing is left.
 */
export function cleanFileName(said: string | undefined): string | undefined {
  const last = (said ?? '').split(/[\\/]/).at(-1) ?? '';
  // No dot in front, which hides a file, and none behind, which Windows takes away.
  const cleaned = trim(settleName(last.replace(NEVER, '')));
  if (cleaned === '') return undefined;
  const named = DEVICE.test(cleaned) ? `_${cleaned}` : cleaned;
  const letters = [...named];
  if (letters.length <= MAX_FILE_NAME_LENGTH) return named;
  const dot = letters.lastIndexOf('.');
  const ending = dot > 0 && letters.length - dot <= LONGEST_ENDING ? letters.slice(dot) : [];
  return trim([...letters.slice(0, MAX_FILE_NAME_LENGTH - ending.length), ...ending].join(''));
}

function trim(name: string): string {
  return name.replace(/^[. ]+|[. ]+$/g, '');
}

const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/;

/** A MIME type without parameters; for what is none, the one that says nothing. */
export function cleanFileType(said: string | undefined): string {
  const type = (said ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return TYPE.test(type) ? type : 'application/octet-stream';
}
