// A select whose choices depend on another: only those of the other's value are offered. Without script all are.
import { onContent } from "./content.js";

const all = new WeakMap();

function offer(select) {
  const parent = document.getElementById(select.dataset.dependsOn);
  if (!parent) return;
  if (!all.has(select)) all.set(select, [...select.options]);
  const fitting = all.get(select).filter((option) => !option.value || !parent.value || option.dataset.parent === parent.value);
  const before = select.value;
  select.replaceChildren(...fitting);
  select.value = fitting.some((option) => option.value === before) ? before : "";
}

export function startDependents() {
  // At first not before `pageshow`: until then the browser may give fields back what was chosen, and needs its option.
  let isShown = false;
  onContent((root) => isShown && root.querySelectorAll("select[data-depends-on]").forEach(offer));
  window.addEventListener("pageshow", () => {
    isShown = true;
    document.querySelectorAll("select[data-depends-on]").forEach(offer);
  });
  document.addEventListener("change", (event) => {
    if (!event.target.id) return;
    document.querySelectorAll(`select[data-depends-on="${CSS.escape(event.target.id)}"]`).forEach(offer);
  });
}
