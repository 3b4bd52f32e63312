import { appendFileSync, openSync, writeSync } from 'node:fs';
import { createSeededRandom } from '@sotto/testkit';
import type { LifeRequest } from './record.ts';
import { workloadNamed } from './workloads/index.ts';

/** One recorded life of a workload: `node workload-main.js JSON`. It says in the marks file what it begins and what is durable. */
const request = JSON.parse(process.argv[2] ?? '') as LifeRequest;
const workload = await workloadNamed(request.workload);
const marks = openSync(request.marks, 'a');
let step = request.firstStep;

await workload.live({
  folder: request.folder,
  random: createSeededRandom(request.seed + request.life),
  number: request.life,
  operations: request.operations,
  step: async (work, facts) => {
    step += 1;
    writeSync(marks, `begin ${step}\n`);
    await work();
    writeSync(marks, `ack ${step}\n`);
    appendFileSync(request.facts, `${JSON.stringify(await facts())}\n`);
  },
});
if (request.life < workload.lives - 1) process.kill(process.pid, 'SIGKILL');
