/** The class of an error: all that alarms and logs say of it, because what it says itself may hold stored data. */
export const classOf = (error: unknown): string => (error instanceof Error ? error.constructor.name : typeof error);
