const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Midnight in UTC at which a day begins, ISO 8601. */
export const startOfDay = (day: string): string => new Date(`${day}T00:00:00.000Z`).toISOString();
/** One hour behind its end: what was begun before midnight is written by then. */
export const endOfDay = (day: string): string => new Date(Date.parse(`${day}T00:00:00.000Z`) + DAY_MS + HOUR_MS).toISOString();
