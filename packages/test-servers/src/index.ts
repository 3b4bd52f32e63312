export type { Certificate } from './make-certificate.ts';
export { makeCertificate } from './make-certificate.ts';
export type { NatsOptions, NatsServer } from './start-nats.ts';
export { startNats } from './start-nats.ts';
export type { PostgresOptions, PostgresServer } from './start-postgres.ts';
export { startPostgres } from './start-postgres.ts';
export type { SwiftServer } from './start-swift.ts';
export { startSwift } from './start-swift.ts';
