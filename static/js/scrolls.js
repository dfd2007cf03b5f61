// Back to a page finds it where it was left, and so the parts of it that scroll by themselves (data-keep-scroll="name").
// Kept for each address, on this tab, until the next visit.
const PREFIX = "scroll:";
// Whose page is shown. On Back the address changes first, and the page that is left must not be kept under it.
let shown = location.pathname + location.search;
const parts = () => [["", document.scrollingElement], ...[...document.querySelectorAll("[data-keep-scroll]")].map((part) => [part.dataset.keepScroll, part])];

function keep() {
  const kept = Object.fromEntries(parts().map(([name, part]) => [name, [part.scrollLeft, part.scrollTop]]).filter(([, at]) => at[0] || at[1]));
  try {
    sessionStorage.setItem(PREFIX + shown, JSON.stringify(kept));
  } catch {
    // A full or forbidden store: the page opens at its top.
  }
}

function restore() {
  const kept = JSON.parse(sessionStorage.getItem(PREFIX + location.pathname + location.search) ?? "{}");
  for (const [name, part] of parts()) if (kept[name]) [part.scrollLeft, part.scrollTop] = kept[name];
}

export function startScrolls() {
  document.addEventListener("htmx:beforeHistorySave", keep);
  for (const moved of ["htmx:pushedIntoHistory", "htmx:replacedInHistory"]) {
    document.addEventListener(moved, () => { shown = location.pathname + location.search; });
  }
  window.addEventListener("pagehide", keep);
  // htmx reloads on Back (historyCacheSize 0).
  window.addEventListener("pageshow", () => {
    if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") restore();
  });
}
