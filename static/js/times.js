// "5 min ago" stays true while a page is open. Quietly: nothing is announced. The server's clock counts, not ours.
import { onContent } from "./content.js";

const MINUTE = 60000;
const HOUR = 60 * MINUTE;
let behind = 0;

function refresh() {
  const now = Date.now() + behind;
  for (const words of document.querySelectorAll("[data-ago]")) {
    const passed = now - Date.parse(words.closest("time").dateTime);
    if (!(passed >= 0) || passed >= 24 * HOUR) continue;
    words.textContent = passed < MINUTE ? "just now" : passed < HOUR ? `${Math.floor(passed / MINUTE)} min ago` : `${Math.floor(passed / HOUR)} h ago`;
  }
}

export function startTimes() {
  onContent((root) => {
    const page = root.id === "content" ? root : root.querySelector("[data-now]");
    const now = Date.parse(page?.dataset.now ?? "");
    if (now) behind = now - Date.now();
  });
  setInterval(refresh, MINUTE);
}
