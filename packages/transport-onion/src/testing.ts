/** What this package reads of storage nodes and of its own store, for those who test that reading alone. */
export { accountBox } from './box.ts';
export { decodeCredentials, encodeCredentials } from './credentials.ts';
export { decodeMemory, encodeMemory } from './memory.ts';
export { readPage } from './read-box.ts';
export { readLetter, writeLetter } from './request-letter.ts';
