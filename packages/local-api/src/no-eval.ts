import { config } from 'zod';

/**
 * Validate without compiling code. For pages whose content policy forbids that: the library would try, be
 * refused, and leave a report of a violation. Call before the first message.
 */
export function validateWithoutEval(): void {
  config({ jitless: true });
}
