export { libsignalEngine } from './engine.ts';
