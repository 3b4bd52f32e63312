import { createServer } from 'node:net';

/** A program that is just ending has its port for a moment longer. Milliseconds. */
const PATIENCE = 3_000;
const AGAIN = 100;

/**
 * Whether nobody listens there, now or in a moment. To be asked before a program is started that would share a port with
 * whoever has it, as coturn does.
 */
export async function becomesFree(at: { readonly host: string; readonly port: number }): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE; waited += AGAIN) {
    if (await isFree(at)) return true;
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
  return isFree(at);
}

function isFree(at: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ ...at, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
