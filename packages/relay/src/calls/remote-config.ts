import { HEADER } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import type { Call, Reply } from '../http/call.ts';

/** `GET /v2/config`. 304 for who has that already (reference: signal-service §2.5). */
export function remoteConfig({ remoteConfig }: RelayContext, { headers }: Call): Reply {
  const { tag, reply } = remoteConfig;
  if (!names(headers.get(HEADER.ifNoneMatch), tag)) return reply;
  return { status: 304, headers: new Map([[HEADER.entityTag, tag]]) };
}

/** A weak tag is as good here (RFC 9110 §13.1.2). */
function names(tags: string | undefined, tag: string): boolean {
  const given = tags?.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return given?.some((one) => one === tag || one === '*') ?? false;
}
