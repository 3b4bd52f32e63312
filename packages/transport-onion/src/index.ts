export type { OnionServer, ServerOutcome } from './ask-server.ts';
export type { OnionRoadErrorCode } from './errors.ts';
export { OnionRoadError } from './errors.ts';
export type { OnionExamination } from './examine.ts';
export type { GuardReply, GuardRequest, PostToGuard } from './net.ts';
export type { OnionGuard, OnionPath, OnionRoad, OnionRoadRequest } from './onion-road.ts';
export { createOnionRoad } from './onion-road.ts';
