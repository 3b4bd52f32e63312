import { parseJson, parseSpamReport, parseUuid } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Reply, reply } from '../../http/call.ts';

/**
 * `POST /v1/messages/report/{source}/{serverGuid}` (reference: signal-service §4.3): 202, and one more is counted. Signal
 * remembers who sent which message by name, for seven days; this relay does not, so there is nobody to hold it against.
 */
export function reportMessage({ events }: RelayContext, { parameters, body }: Call): Reply {
  const [source = '', guid = ''] = parameters;
  if (!isUuid(guid)) return reply(404);
  if (!isUuid(source) && !isNumber(source)) return reply(400);
  if (body.length > 0) parseSpamReport(parseJson(body));
  events.count('spam-reported');
  return reply(202);
}

function isUuid(text: string): boolean {
  try {
    parseUuid(text);
    return true;
  } catch {
    return false;
  }
}

function isNumber(text: string): boolean {
  return /^(?:\+|%2B)[1-9][0-9]{1,14}$/i.test(text);
}
