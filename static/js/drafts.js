// What is being written survives a closed tab and an ended session: on this device, per user, for a week.
import { onContent } from "./content.js";

const PREFIX = "draft:";
const WEEK = 7 * 24 * 3600 * 1000;
const DEBOUNCE_MS = 400;
const timers = new WeakMap();

const nameOf = (area) => `${PREFIX}${document.body.dataset.user ?? ""}:${area.dataset.draft}`;

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function keep(area) {
  try {
    if (area.value.trim()) localStorage.setItem(nameOf(area), JSON.stringify({ text: area.value, at: Date.now() }));
    else forget(area);
  } catch {
    // A full or forbidden store: the text is still on the page.
  }
}

function forget(area) {
  clearTimeout(timers.get(area));
  localStorage.removeItem(nameOf(area));
  area.parentElement.querySelector("[data-draft-note]")?.remove();
}

function tell(area) {
  const note = document.createElement("p");
  note.className = "form-hint";
  note.dataset.draftNote = "";
  const discard = document.createElement("button");
  Object.assign(discard, { type: "button", className: "tl-link-button", textContent: "Discard" });
  discard.addEventListener("click", () => {
    area.value = "";
    forget(area);
    area.focus();
  });
  note.append("Draft kept on this device. ", discard);
  area.after(note);
}

export function forgetDraftsOf(form) {
  form.querySelectorAll("textarea[data-draft]").forEach(forget);
}

export function forgetDrafts() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
}

function purge() {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX) && !((read(name)?.at ?? 0) > Date.now() - WEEK)) localStorage.removeItem(name);
  }
}

export function startDrafts() {
  purge();
  onContent((root) => {
    for (const area of root.querySelectorAll("textarea[data-draft]")) {
      const draft = read(nameOf(area));
      if (!draft || area.value) continue;
      area.value = draft.text;
      tell(area);
    }
  });
  document.addEventListener("input", (event) => {
    const area = event.target.closest("textarea[data-draft]");
    if (!area) return;
    clearTimeout(timers.get(area));
    timers.set(area, setTimeout(keep, DEBOUNCE_MS, area));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig, shouldSwap } = event.detail;
    const form = requestConfig.elt;
    if (!shouldSwap || xhr.status >= 400 || !form?.matches?.("form")) return;
    forgetDraftsOf(form);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.hasAttribute("data-sign-out")) forgetDrafts();
  });
}
