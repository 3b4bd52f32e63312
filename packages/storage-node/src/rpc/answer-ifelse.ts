import { HARDFORK, type IfElseRequest, type NodeCondition, STORAGE_STATUS } from '@sotto/protocol';
import { PROTOCOL_VERSION } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import type { RpcReply } from './rpc-reply.ts';

/** `ifelse`: what is asked for where a condition about the network holds, or where it does not (session-protocol §3.6). */
export async function answerIfElse(
  { directory }: NodeContext,
  request: IfElseRequest,
  answer: (chosen: NonNullable<IfElseRequest['whenTrue']>) => Promise<RpcReply>,
): Promise<RpcReply> {
  // Grows with every change, as a chain would.
  const height = directory.list.sequence;
  const condition = holds(request.condition, height);
  const told = { hf: HARDFORK, v: PROTOCOL_VERSION, height, condition };
  const chosen = condition ? request.whenTrue : request.whenFalse;
  if (chosen === undefined) return { status: STORAGE_STATUS.ok, body: told };
  const { status, body } = await answer(chosen);
  return { status: STORAGE_STATUS.ok, body: { ...told, result: { code: status, body } } };
}

function holds(condition: NodeCondition, height: number): boolean {
  const { heightAtLeast, heightBefore } = condition;
  return (
    (heightAtLeast === undefined || height >= heightAtLeast) &&
    (heightBefore === undefined || height < heightBefore) &&
    isAtLeast(HARDFORK, condition.hardforkAtLeast) &&
    isBefore(HARDFORK, condition.hardforkBefore) &&
    isAtLeast(PROTOCOL_VERSION, condition.versionAtLeast) &&
    isBefore(PROTOCOL_VERSION, condition.versionBefore)
  );
}

function isAtLeast(ours: readonly number[], asked: readonly number[] | undefined): boolean {
  return asked === undefined || compare(ours, asked) >= 0;
}

function isBefore(ours: readonly number[], asked: readonly number[] | undefined): boolean {
  return asked === undefined || compare(ours, asked) < 0;
}

/** The first number that differs decides. */
function compare(ours: readonly number[], asked: readonly number[]): number {
  for (const [index, mine] of ours.entries()) {
    const other = asked[index] ?? 0;
    if (mine !== other) return mine - other;
  }
  return 0;
}
