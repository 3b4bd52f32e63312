import { ratchetSuite } from '@sotto/ratchet/testing';
import { libsignalEngine } from './engine.ts';

ratchetSuite(() => libsignalEngine);
