/** Whether a system call failed for this reason, or a program ended with this number. */
export function isErrno(error: unknown, code: string | number): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** What the promise gives, or `otherwise` when the file is not there; any other failure stays one. */
export async function unlessMissing<T, O>(promise: Promise<T>, otherwise: O): Promise<T | O> {
  try {
    return await promise;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return otherwise;
    throw error;
  }
}
