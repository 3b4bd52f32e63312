/** Whether the roads are well, as a dot beside the section's icon. */
export function RoadDot() {
  return null;
}
