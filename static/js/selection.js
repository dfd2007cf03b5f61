// Selecting people in a list or on a board: boxes, a range with Shift, all of a page, and the bar of what can be done.
import { announce } from "./live.js";
import { onContent } from "./content.js";

let last = null;

const bar = () => document.querySelector("[data-selection]");
const boxes = () => [...document.querySelectorAll('input[form="selection"][name="chosen"]')];
const everybody = () => bar()?.querySelector('[name="everybody"]');
const ticked = () => boxes().filter((box) => box.checked);

function words(count) {
  if (everybody()?.checked) return "All that match are selected";
  return count === 1 ? "1 selected" : `${count} selected`;
}

function show({ silent = false } = {}) {
  const form = bar();
  if (!form) return;
  const all = boxes(), chosen = ticked();
  const page = document.querySelector("[data-select-page]");
  if (page) {
    page.hidden = false;
    page.checked = chosen.length > 0 && chosen.length === all.length;
    page.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  // All that match are offered to whoever has ticked all that are here.
  const wider = form.querySelector("[data-selection-all]");
  wider.hidden = chosen.length < all.length;
  if (wider.hidden) everybody().checked = false;
  form.hidden = chosen.length === 0;
  form.querySelector("[data-selection-clear]").hidden = false;
  const said = form.querySelector("[data-selection-count]");
  if (said.textContent !== words(chosen.length)) {
    said.textContent = words(chosen.length);
    if (!silent) announce(said.textContent);
  }
}

function clear() {
  for (const box of boxes()) box.checked = false;
  last = null;
  show();
}

// From the box that was ticked last to this one, as this one is now.
function range(box) {
  const all = boxes(), from = all.indexOf(last), to = all.indexOf(box);
  if (from < 0) return;
  for (const between of all.slice(Math.min(from, to), Math.max(from, to) + 1)) between.checked = box.checked;
}

// Does what a single key means for a selection; false when it means nothing here.
export function selectionKey(key, item) {
  const box = item?.querySelector('input[form="selection"]');
  if (key === "x" && box) {
    box.click();
    return true;
  }
  if (!ticked().length) return false;
  if (key === "Escape") {
    clear();
    return true;
  }
  const button = bar()?.querySelector(`[data-selection-key="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button);
}

// The cards of a board come without boxes, which only the script has a use for there.
function addBoxes(root) {
  for (const card of root.querySelectorAll("[data-board][data-selectable] .tl-card")) {
    const link = card.querySelector("a[href]");
    const key = link?.getAttribute("href").match(/\/applications\/([^/]+)\/$/)?.[1];
    if (!key || card.querySelector('[name="chosen"]')) continue;
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "chosen", value: key, className: "form-check-input" });
    box.setAttribute("form", "selection");
    box.setAttribute("aria-label", `Select ${link.textContent}`);
    card.prepend(box);
  }
}

export function startSelection() {
  onContent((root) => {
    addBoxes(root);
    if (root.querySelector("[data-selection]") || root.matches?.("[data-selection]")) show({ silent: true });
  });
  document.addEventListener("click", (event) => {
    const box = event.target.closest('input[form="selection"][name="chosen"]');
    if (box) {
      if (event.shiftKey) range(box);
      last = box;
      show();
    } else if (event.target.closest("[data-select-page]")) {
      for (const one of boxes()) one.checked = event.target.checked;
      show();
    } else if (event.target.closest("[data-selection-clear]")) {
      clear();
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches('[data-selection] [name="everybody"]')) show();
  });
}
