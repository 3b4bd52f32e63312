import { MAX_HEADER_BYTES } from '@sotto/protocol';

/** Node's limits on a request line with all of its headers, whose number is looked at besides (serve-request.ts). */
export const HTTP_LIMITS = {
  maxHeaderSize: 2 * MAX_HEADER_BYTES,
  headersTimeout: 10_000,
  // Uploads take minutes. Their pace is bounded where they are read, and other bodies in readBody.
  requestTimeout: 0,
  keepAliveTimeout: 30_000,
  // How often the first is looked at: by itself it would be half a minute.
  connectionsCheckingInterval: 2_500,
} as const;
