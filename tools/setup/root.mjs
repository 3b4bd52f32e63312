import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of this tree. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
