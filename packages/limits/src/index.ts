export type { BudgetLimits, ByteShare } from './byte-budget.ts';
export { ByteBudget } from './byte-budget.ts';
export type { Source } from './fair-share.ts';
export { clientAt, FairShare } from './fair-share.ts';
export { addressOf, PerAddress } from './per-address.ts';
export type { SessionAllowances } from './session-watch.ts';
export { FRAME_CHECK_INTERVAL, SessionWatch } from './session-watch.ts';
export type { BucketTerms, TakeOutcome } from './token-buckets.ts';
export { TokenBuckets } from './token-buckets.ts';
