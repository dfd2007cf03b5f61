// Copy: data-copy="#field" or data-copy-text="…". Where the browser refuses, the text stands selected in a field.
import { announce } from "./live.js";
import { toast } from "./toasts.js";

function select(field) {
  field.focus();
  field.select();
  announce("Press Control and C to copy.");
}

async function copy(button) {
  const field = button.dataset.copy ? document.querySelector(button.dataset.copy) : null;
  const text = field?.value ?? button.dataset.copyText;
  try {
    await navigator.clipboard.writeText(text);
    toast({ text: button.dataset.said ?? "Copied." });
  } catch {
    if (field) return select(field);
    const own = document.createElement("input");
    Object.assign(own, { className: "form-control", readOnly: true, value: text });
    own.setAttribute("aria-label", button.textContent.trim());
    button.after(own);
    select(own);
  }
}

export function startClipboard() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-copy-text]");
    if (!button) return;
    event.preventDefault();
    copy(button);
  });
}
