import type { Target } from '../target.ts';

/** A target out of its file alone: loading all that the others read with would take longer than many a run. */
export async function loadTarget(family: string, name: string): Promise<Target> {
  const file = new URL(`./${family}.js`, import.meta.url);
  const module = (await import(file.href)) as Readonly<Record<string, unknown>>;
  const targets = Object.values(module).filter(Array.isArray).flat() as readonly Target[];
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`there is no target ${name} in ${family}`);
  return target;
}
