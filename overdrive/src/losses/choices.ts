/** All ways to choose so many of the numbers below `of`, each in rising order. */
export function choices(of: number, count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  if (of < count) return [];
  const without = choices(of - 1, count);
  const withLast = choices(of - 1, count - 1).map((chosen) => [...chosen, of - 1]);
  return [...without, ...withLast];
}
