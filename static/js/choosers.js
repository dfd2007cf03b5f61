// Several of something: what is chosen from the type-ahead (or typed, where that is allowed) becomes a ticked box below it.
import { announce } from "./live.js";

function add(chooser, value, label) {
  const chosen = chooser.querySelector("[data-chosen]");
  const same = [...chosen.querySelectorAll("input")].find((box) => box.value.toLowerCase() === value.toLowerCase());
  if (same) {
    same.checked = true;
  } else {
    const item = document.createElement("li");
    const line = document.createElement("label");
    line.className = "form-check";
    const box = Object.assign(document.createElement("input"), {
      type: "checkbox", className: "form-check-input", name: chooser.dataset.chooser, value, checked: true,
    });
    const text = Object.assign(document.createElement("span"), { className: "form-check-label", textContent: label });
    line.append(box, text);
    item.append(line);
    chosen.append(item);
  }
  chooser.querySelector('[role="combobox"]').value = "";
  announce(`${label} was added.`);
}

export function startChoosers() {
  document.addEventListener("tl:chosen", (event) => {
    const chooser = event.target.closest("[data-chooser]");
    if (chooser) add(chooser, event.detail.value, event.detail.label);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.('[data-chooser] [role="combobox"]')) return;
    const typed = event.target.value.trim();
    if (!typed) return;
    // The form is not sent while something is being chosen.
    event.preventDefault();
    const chooser = event.target.closest("[data-chooser]");
    if (chooser.dataset.free !== undefined) add(chooser, typed, typed);
  });
}
