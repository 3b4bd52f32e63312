import type { Bytes } from '@sotto/bytes';
import type { RoadName } from '@sotto/client';
import { blob } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';

export function putRoadMemory(sqlite: Sqlite, road: RoadName, bytes: Bytes): void {
  sqlite.run(
    'INSERT INTO road_memory (road, value) VALUES (?, ?) ON CONFLICT (road) DO UPDATE SET value = excluded.value',
    [road, bytes],
  );
}

/** What a road wrote down in an earlier run, opaque here. */
export function readRoadMemory(sqlite: Sqlite, road: RoadName): Bytes | undefined {
  const row = sqlite.get('SELECT value FROM road_memory WHERE road = ?', [road]);
  return row && blob(row, 'value');
}
