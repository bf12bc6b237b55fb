// What the page shows until its WebAssembly is there: how much of it has come, or why it does not come.

/** Trunk calls these while it loads: `data-initializer` in index.html. */
export default function loading() {
  const progress = document.getElementById("loading");
  const trouble = document.getElementById("loading-trouble");
  let isDone = false;

  function fail(reason) {
    progress.remove();
    document.getElementById("loading-why").textContent = String(reason?.message ?? reason);
    trouble.hidden = false;
  }

  // A connection that breaks in the middle is told to nobody but the page.
  const onBroken = ({ reason }) => fail(reason);
  addEventListener("unhandledrejection", onBroken);
  // Put aside and taken out again while it was loading: what was on its way may never come.
  addEventListener("pageshow", ({ persisted }) => persisted && !isDone && location.reload());

  return {
    onProgress({ current, total }) {
      if (total > 0) progress.value = Math.min(1, current / total);
    },
    onComplete() {
      isDone = true;
      removeEventListener("unhandledrejection", onBroken);
      progress.remove();
    },
    onFailure: fail,
  };
}
