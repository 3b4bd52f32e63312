import type { Absence, Figure, Findings } from '../figures/figure.ts';
import type { Messenger } from '../peers/peer.ts';

export interface Contest {
  readonly name: string;
  readonly unit: string;
  readonly ours: Messenger;
  readonly peers: readonly Messenger[];
  readonly rounds: number;
  measure(messenger: Messenger): Promise<number>;
}

/**
 * Everybody once a round, each from a fresh start; every other round runs backwards, so that ours and a peer take
 * turns at being first. Who loses a message is out, and has no figure.
 */
export async function inRounds({ name, unit, ours, peers, rounds, measure }: Contest): Promise<Findings> {
  const notes: string[] = [];
  const absences: Absence[] = [];
  const results = new Map<Messenger, number[]>([[ours, []]]);
  for (const peer of peers) {
    if (peer.find() === undefined) {
      notes.push(`${peer.name}: not installed, skipped`);
      absences.push({ figure: name, peer: peer.name, why: 'not installed' });
    } else results.set(peer, []);
  }
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [...results.keys()] : [...results.keys()].reverse();
    for (const messenger of order) {
      const started = Date.now();
      try {
        results.get(messenger)?.push(await measure(messenger));
      } catch (error) {
        const why = (error as Error).message;
        notes.push(`${name}: ${messenger.name} has no figure: ${why}`);
        absences.push({ figure: name, why, ...(messenger === ours ? {} : { peer: messenger.name }) });
        results.delete(messenger);
      }
      const seconds = ((Date.now() - started) / 1_000).toFixed(1);
      process.stderr.write(`bench: ${name}, ${messenger.name}: ${seconds} s\n`);
    }
  }
  const own = results.get(ours);
  const figures = [...results]
    .filter(([messenger]) => own !== undefined && messenger !== ours)
    .map(([peer, theirs]): Figure => {
      return { name, unit, peer: `${peer.name} ${peer.find()}`, ours: own ?? [], theirs };
    });
  return { figures, absences, notes };
}
