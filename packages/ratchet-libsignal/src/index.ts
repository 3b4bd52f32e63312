export { libsignalEngine } from './engine.ts';
export { receiptCredentials } from './receipt-credentials.ts';
