export type { OnionServer, ServerOutcome } from './ask-server.ts';
export type { OnionRoadErrorCode } from './errors.ts';
export { OnionRoadError } from './errors.ts';
export type { OnionExamination } from './examine.ts';
export type { OnionTrouble } from './list-from-guards.ts';
export type { GuardReply, GuardRequest, PostToGuard } from './net.ts';
export type { AdoptOutcome } from './nodes.ts';
export type { OnionAdoption, OnionGuard, OnionPath, OnionRoad, OnionRoadRequest } from './onion-road.ts';
export { createOnionRoad } from './onion-road.ts';
