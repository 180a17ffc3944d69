/** Runs `work` once in the next turn of the event loop, however often it is asked to in this one; asked while `work` runs, once more in the turn after. */
export function inNextTurn(work: () => void): () => void {
  let asked = false;
  const run = (): void => {
    asked = false;
    work();
  };
  return () => {
    if (asked) return;
    asked = true;
    setImmediate(run);
  };
}
