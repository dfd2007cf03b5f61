// One press, one request: a second submit waits, the button says what it does. Focus stays on it.
const WORDS_AFTER = 300;

function start(form, submitter) {
  form.dataset.busy = "";
  const button = submitter ?? form.querySelector('[type="submit"]');
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  button.dataset.busyTimer = setTimeout(() => {
    if (!("busy" in form.dataset)) return;
    button.dataset.label = button.innerHTML;
    button.dataset.words = button.textContent.trim();
    button.textContent = button.dataset.busyLabel ?? "Saving…";
  }, WORDS_AFTER);
}

export function finish(form) {
  delete form.dataset.busy;
  for (const button of form.querySelectorAll('[aria-disabled="true"][type="submit"]')) {
    clearTimeout(Number(button.dataset.busyTimer));
    button.removeAttribute("aria-disabled");
    if ("label" in button.dataset) button.innerHTML = button.dataset.label;
    delete button.dataset.label;
    delete button.dataset.words;
  }
}

export function startBusy() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog") return;
    if ("busy" in form.dataset) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    start(form, event.submitter);
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt?.closest?.("form");
    if (form) finish(form);
  });
  // Back to a page out of the browser's memory.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(finish));
}
