export { createFile } from './create-file.ts';
export { destroyFile } from './destroy-file.ts';
export { makePrivate } from './make-private.ts';
export { replaceFile } from './replace-file.ts';
export { syncFolder, syncWayTo } from './sync-folder.ts';
export type { TakeFolderOutcome } from './take-folder.ts';
export { takeFolder } from './take-folder.ts';
