export function WordsBanner() {
  return null;
}
