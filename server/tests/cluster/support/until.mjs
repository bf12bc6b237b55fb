// Waiting for a condition, never for a time.

/** How long anything may take before a test fails, in ms. */
export const PATIENCE_MS = 10_000;

/** Waits until `condition` holds; it may be a promise. */
export async function until(condition, what, patience = PATIENCE_MS) {
  const deadline = Date.now() + patience;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The arguments of the next event of that name. */
export function once(emitter, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} came`)), PATIENCE_MS);
    emitter.once(event, (...args) => {
      clearTimeout(timer);
      resolve(args);
    });
  });
}
