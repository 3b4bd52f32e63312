import { z } from 'zod';

/** Author, device and time joined with points; the same at both ends. */
export const messageId = z.string().max(120);

/**
 * Names why a message failed or waits, or a road carries nothing, so that a screen can say it in its own
 * language: one of `PROBLEM_CODES` or `ROAD_PROBLEM_CODES`, or what only a newer owner knows.
 */
export const problemCode = z.exactOptional(z.string());
