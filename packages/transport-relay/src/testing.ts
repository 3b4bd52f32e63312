/** What this package reads of relays and of its own store, for those who test that reading alone. */
export { decodeCredentials, encodeCredentials } from './credentials.ts';
export { isPublicHost } from './public-host.ts';
export { replyOf } from './reply.ts';
