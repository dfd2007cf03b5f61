// Tells behaviours about new content: the page at first, then every part that is swapped in or shown in a dialog.
const listeners = [];

export function onContent(listener) {
  listeners.push(listener);
}

export function contentArrived(root) {
  for (const listener of listeners) listener(root);
}

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

// What a refused form wants looked at: the summary, else its one field.
export function firstProblem(root) {
  return root.querySelector("[data-error-summary]") ?? root.querySelector('[aria-invalid="true"]');
}
