// Waiting for a condition, never for a time.

/** How long anything may take before a test fails, in ms: two nodes, nginx and databases on a loaded machine. */
export const PATIENCE_MS = 30_000;

/** Waits until `condition` holds, and gives what it gave; it may be a promise. */
export async function until(condition, what) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${typeof what === "function" ? what() : what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
