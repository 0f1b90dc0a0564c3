// The page of an import moves by itself until it is over. Without this script "Look again" does.
"use strict";

(() => {
  const said = document.getElementById("said");
  const bar = document.getElementById("progress");
  const POLL_MS = 2000;
  if (!said || !bar) return;

  const look = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const run = await answer.json();
      if (run.is_over) return location.reload();
      if (said.textContent !== run.said) said.textContent = run.said;
      if (run.total) {
        bar.max = run.total;
        bar.value = run.done;
      }
    } catch {
      // The next look may go better.
    }
    setTimeout(look, POLL_MS);
  };

  setTimeout(look, POLL_MS);
})();
