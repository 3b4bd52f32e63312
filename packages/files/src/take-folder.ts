import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';

export type TakeFolderOutcome =
  | { readonly outcome: 'taken' }
  /** It is another user's. */
  | { readonly outcome: 'other-owner' }
  | { readonly outcome: 'other-files' }
  /** The system does not let it be made, read or closed. */
  | { readonly outcome: 'unusable'; readonly cause: unknown };

/**
 * Make a folder for a program's data, or take an empty or its own one, and close it to others: 0700. `isOurs` knows
 * everything that the program ever writes into it. A folder with anything else in it is left as it is, since
 * secrets among somebody's other files get copied, shared and committed with them.
 */
export function takeFolder(folder: string, isOurs: (name: string) => boolean): TakeFolderOutcome {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    if (process.getuid !== undefined && uid !== process.getuid()) return { outcome: 'other-owner' };
    if (!readdirSync(folder).every((name) => isOurs(name) || name === ROOT)) {
      return { outcome: 'other-files' };
    }
    if ((mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
    return { outcome: 'taken' };
  } catch (cause) {
    return { outcome: 'unusable', cause };
  }
}

/** What a file system puts at its own root. */
const ROOT = 'lost+found';
