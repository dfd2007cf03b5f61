// How much room is left in a long text: said once it gets scarce, to the eye and to screen readers.
import { onContent } from "./content.js";

const DEBOUNCE_MS = 500;
const timers = new WeakMap();

function words(area) {
  const left = Number(area.dataset.counter) - area.value.trim().length;
  if (area.value.trim().length < Number(area.dataset.counterFrom)) return "";
  if (left < 0) return `${(-left).toLocaleString("en-US")} characters too many`;
  return left === 1 ? "1 character left" : `${left.toLocaleString("en-US")} characters left`;
}

function count(area) {
  const place = document.getElementById(`${area.id}_counter`);
  if (place) place.textContent = words(area);
}

export function startCounters() {
  onContent((root) => {
    for (const area of root.querySelectorAll("textarea[data-counter]")) {
      const place = document.createElement("p");
      Object.assign(place, { id: `${area.id}_counter`, className: "form-hint" });
      place.setAttribute("role", "status");
      if (!document.getElementById(place.id)) area.after(place);
      count(area);
    }
  });
  document.addEventListener("input", (event) => {
    const area = event.target.closest("textarea[data-counter]");
    if (!area) return;
    clearTimeout(timers.get(area));
    timers.set(area, setTimeout(count, DEBOUNCE_MS, area));
  });
}
