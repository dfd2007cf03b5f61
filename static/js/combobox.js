// Type-ahead after the WAI pattern. Suggestions only suggest: what was typed stays valid.
import { announce } from "./live.js";

const DEBOUNCE_MS = 250;
const parts = (root) => ({
  root, input: root.querySelector('[role="combobox"]'), list: root.querySelector('[role="listbox"]'),
  value: root.querySelector("[data-combobox-value]"),
});

function close({ input, list }) {
  delete list.dataset.open;
  list.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function mark({ input, list }, option) {
  for (const each of list.children) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

function choose(box, option) {
  box.input.value = option.dataset.label;
  if (box.value) box.value.value = option.dataset.value;
  // What else is known of it goes into the fields of those names.
  for (const [name, value] of Object.entries(JSON.parse(option.dataset.fills || "{}"))) {
    const other = box.input.form?.elements[name];
    if (other) other.value = value;
  }
  close(box);
  box.root.dispatchEvent(new CustomEvent("tl:chosen", { bubbles: true, detail: { value: option.dataset.value, label: option.dataset.label } }));
  box.input.dispatchEvent(new Event("change", { bubbles: true }));
}

function fill(box, results) {
  box.list.replaceChildren(...results.map(({ value, label, detail, fills }, index) => {
    const option = document.createElement("li");
    option.className = "dropdown-item";
    option.id = `${box.list.id}-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.value = value;
    option.dataset.label = label;
    if (fills) option.dataset.fills = JSON.stringify(fills);
    option.append(label);
    if (detail) {
      const more = document.createElement("span");
      more.className = "tl-combobox__detail";
      more.textContent = detail;
      option.append(" ", more);
    }
    return option;
  }));
  if (!results.length) {
    close(box);
    announce("No suggestions.");
    return;
  }
  box.list.dataset.open = "";
  box.input.setAttribute("aria-expanded", "true");
  announce(results.length === 1 ? "1 result" : `${results.length} results`);
}

async function look(box) {
  const asked = box.input.value;
  const url = new URL(box.root.dataset.url, location.href);
  url.searchParams.set("q", asked);
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) return;
    const results = await response.json();
    if (box.input.value === asked && document.activeElement === box.input) fill(box, results);
  } catch {
    close(box);
  }
}

function move(box, by) {
  const all = [...box.list.children];
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  mark(box, all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
}

export function startComboboxes() {
  let timer = 0;
  document.addEventListener("input", (event) => {
    const root = event.target.closest("[data-combobox]");
    if (!root || !event.target.matches('[role="combobox"]')) return;
    const box = parts(root);
    if (box.value) box.value.value = "";
    clearTimeout(timer);
    timer = setTimeout(look, DEBOUNCE_MS, box);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.('[data-combobox] [role="combobox"]')) return;
    const box = parts(event.target.closest("[data-combobox]"));
    const open = "open" in box.list.dataset;
    const marked = box.list.querySelector('[aria-selected="true"]');
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (open) move(box, event.key === "ArrowDown" ? 1 : -1);
      else look(box);
    } else if (event.key === "Enter" && open && marked) choose(box, marked);
    else if (event.key === "Escape" && open) close(box);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest('[data-combobox] [role="option"]');
    if (!option) return;
    event.preventDefault();
    choose(parts(option.closest("[data-combobox]")), option);
  });
  // A button beside a field offers what was probably meant.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill-in]");
    if (!button) return;
    const input = document.getElementById(button.dataset.fillIn);
    input.value = button.value;
    input.focus();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.('[data-combobox] [role="combobox"]')) close(parts(event.target.closest("[data-combobox]")));
  });
}
