export type { BudgetLimits, ByteShare } from './byte-budget.ts';
export { ByteBudget } from './byte-budget.ts';
export type { Source } from './fair-share.ts';
export { clientAt, FairShare } from './fair-share.ts';
export { addressOf, PerAddress } from './per-address.ts';
export type { BucketTerms, TakeOutcome } from './token-buckets.ts';
export { TokenBuckets } from './token-buckets.ts';
