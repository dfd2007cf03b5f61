// Tells behaviours about new content: the page at first, then every part that is swapped in or shown in a dialog.
const listeners = [];

export function onContent(listener) {
  listeners.push(listener);
}

export function contentArrived(root) {
  for (const listener of listeners) listener(root);
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
