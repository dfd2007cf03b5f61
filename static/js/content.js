// Tells behaviours about new content: the page at first, then every part that is swapped in or shown in a dialog.
const listeners = [];

export function onContent(listener) {
  listeners.push(listener);
}

export function contentArrived(root) {
  for (const listener of listeners) listener(root);
}

const stateOf = (field) => field.matches("select") ? [...field.selectedOptions].map((option) => option.value).join("\n") : `${field.checked} ${field.value}`;
const fields = () => document.querySelectorAll("input:not([type=hidden], [type=file]), select, textarea");

// On Back the browser gives fields what was typed after `load`, just before `pageshow`, and tells nobody. Whoever computes
// something from a field hears of it as if it had been typed now; a form of filters is not sent by that.
export function announceRestored() {
  const before = new Map([...fields()].map((field) => [field, stateOf(field)]));
  window.addEventListener("pageshow", () => {
    for (const [field, state] of before) {
      if (!field.isConnected || stateOf(field) === state || field.form?.hasAttribute("data-filters")) continue;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }, { once: true });
}

// The cookie's, where there is one: who signed in again next door has another one than this page was made with.
export function csrfToken() {
  const kept = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  return kept ?? document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

// What a refused form wants looked at: the summary, else its one field.
export function firstProblem(root) {
  return root.querySelector("[data-error-summary]") ?? root.querySelector('[aria-invalid="true"]');
}
