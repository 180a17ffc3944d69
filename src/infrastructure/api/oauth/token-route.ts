/** Below the prefix of all REST routes. */
export const TOKEN_ROUTE = 'oauth/token';
