// Dragging a step of a hiring process. The row goes where it was dropped, then the form is posted as by any other button.
import { announce } from "./live.js";
import { onContent } from "./content.js";

const HOLD = 150;

function makeSortable(list) {
  if (!window.Sortable || list.dataset.sortable !== undefined) return;
  list.dataset.sortable = "";
  window.Sortable.create(list, {
    group: "steps", draggable: "[data-step]", handle: "[data-grip]",
    delay: HOLD, delayOnTouchOnly: true, animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    // An answer that is still to come would put the row back.
    filter: () => "busy" in list.closest("form").dataset,
    onEnd: ({ item, from, to, oldIndex, newIndex }) => {
      if (from === to && oldIndex === newIndex) return;
      item.querySelector("input[data-group]").value = to.dataset.steps;
      item.querySelector("[data-placed]").click();
    },
  });
}

export function startProcesses() {
  onContent((root) => {
    root.querySelectorAll("[data-process] [data-steps]").forEach(makeSortable);
    const said = root.querySelector("[data-process-said]")?.textContent.trim();
    if (said) announce(said);
  });
}
