// Tells behaviours about new content: the page at first, then every part that is swapped in or shown in a dialog.
const listeners = [];

export function onContent(listener) {
  listeners.push(listener);
}

export function contentArrived(root) {
  for (const listener of listeners) listener(root);
}

function isChanged(field) {
  if (!field.matches("select")) return field.checked !== field.defaultChecked || field.value !== field.defaultValue;
  if (field.multiple) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  const first = [...field.options].findLast((option) => option.defaultSelected) ?? field.options[0];
  return Boolean(first) && field.value !== first.value;
}

// On Back the browser gives fields what was typed after `load`, just before `pageshow`, and tells nobody. Whoever computes
// something from a field hears of it as if it had been typed now; a form of filters is not sent by that.
export function announceRestored() {
  for (const field of document.querySelectorAll("input:not([type=hidden], [type=file]), select, textarea")) {
    if (field.form?.hasAttribute("data-filters") || !isChanged(field)) continue;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
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
