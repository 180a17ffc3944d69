import { StoreUnavailable } from '../../application/shared/ports.js';

/** The code of an error of the system or of a service: all of it that may be shown. */
export const codeOf = (error: unknown): string => {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return String(code ?? name);
};

/** What the store could not do, as the port says it: nothing was promised. */
export const away = (cause: unknown): StoreUnavailable =>
  new StoreUnavailable(`the store of documents is away (${codeOf(cause)})`, { cause });

/** The answer of the store; a failure of any kind is StoreUnavailable. */
export const orAway = async <T>(answer: Promise<T>): Promise<T> => {
  try {
    return await answer;
  } catch (error) {
    throw away(error);
  }
};
