import { speakHttp } from './_test-relay.ts';

speakHttp(2);
await import('./libsignal-left-out.test.ts');
