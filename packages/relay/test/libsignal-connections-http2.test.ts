import { speakHttp } from './_test-relay.ts';

speakHttp(2);
// In a process of several test files the module may be there already, over HTTP/1.1.
await import('./libsignal-connections.test.ts?http2' as string);
