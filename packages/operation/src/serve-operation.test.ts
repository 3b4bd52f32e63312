import { expect, it } from 'vitest';
import { serveOperation } from './serve-operation.ts';
import { ServerMetrics } from './server-metrics.ts';

const LISTEN = { host: '127.0.0.1', port: 0 };

it('answers what it counts, that it lives, and why it is not ready, and nothing else', async () => {
  let unready: string | undefined;
  const metrics = new ServerMetrics({
    prefix: 'sotto_test_',
    events: ['came', 'went'] as const,
    totals: () => ({ came: 3 }),
  });
  metrics.gauge('room', 'Room that is left', () => undefined);
  metrics.gauge('guests', 'Who is there', () => 2);
  const operation = await serveOperation({ listen: LISTEN, metrics, unready: () => unready });
  const ask = async (path: string, method = 'GET') => {
    const reply = await fetch(`http://127.0.0.1:${operation.port}${path}`, { method });
    return [reply.status, await reply.text()] as const;
  };
  try {
    const [status, text] = await ask('/metrics?name=x');
    expect(status).toBe(200);
    expect(text).toContain('sotto_test_events_total{event="came"} 3\n');
    expect(text).toContain('sotto_test_events_total{event="went"} 0\n');
    expect(text).toContain('sotto_test_guests 2\n');
    expect(text).toContain('sotto_test_room Nan\n');
    expect(await ask('/health/live')).toEqual([200, 'live\n']);
    expect(await ask('/health/ready')).toEqual([200, 'ready\n']);
    unready = 'the disk is full';
    expect(await ask('/health/ready')).toEqual([503, 'the disk is full\n']);
    expect(await ask('/health/live')).toEqual([200, 'live\n']);
    expect((await ask('/metrics', 'POST'))[0]).toBe(405);
    expect((await ask('/'))[0]).toBe(404);
    const second = serveOperation({
      listen: { ...LISTEN, port: operation.port },
      metrics,
      unready: () => '',
    });
    await expect(second).rejects.toMatchObject({ code: 'cannot-listen', cause: { code: 'EADDRINUSE' } });
  } finally {
    await operation.close();
  }
});
