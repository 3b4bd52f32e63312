export function RoadBanner() {
  return null;
}
