// One press, one request: the same button again is dropped, another one waits and is pressed on the form that the answer
// brings, unless that refuses. The button says what it does. Focus stays on it.
const WORDS_AFTER = 300;
// By busy form: the button that is being answered, then those that wait.
const presses = new WeakMap();

const known = (form, button) => [form.id, form.getAttribute("action"), button?.name ?? "", button?.value ?? ""].join("\n");

function start(form, submitter) {
  form.dataset.busy = "";
  presses.set(form, [known(form, submitter), ...presses.get(form) ?? []]);
  say(form, submitter ?? form.querySelector('[type="submit"]'));
}

function wait(form, submitter) {
  form.dataset.again = "";
  if (presses.get(form).at(-1) === known(form, submitter)) return;
  presses.get(form).push(known(form, submitter));
  say(form, submitter);
}

function say(form, button) {
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  button.dataset.busyTimer = setTimeout(() => {
    if (!("busy" in form.dataset)) return;
    button.dataset.label = button.innerHTML;
    button.dataset.words = button.textContent.trim();
    button.textContent = button.dataset.busyLabel ?? "Saving…";
  }, WORDS_AFTER);
}

// Presses what waited for this form's answer. By clicking: of a form that is submitted otherwise htmx does not send the button.
export function pressNext(form, root) {
  const waiting = (presses.get(form) ?? []).slice(1);
  presses.delete(form);
  const buttons = [...root.querySelectorAll("button")].filter((button) => button.form && button.type === "submit");
  while (waiting.length) {
    const next = waiting.shift();
    const button = buttons.find((one) => known(one.form, one) === next);
    if (!button) continue;
    presses.set(button.form, waiting);
    button.click();
    return;
  }
}

export function finish(form) {
  delete form.dataset.busy;
  delete form.dataset.again;
  presses.delete(form);
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
      wait(form, event.submitter);
      return;
    }
    start(form, event.submitter);
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt?.closest?.("form");
    if (form) finish(form);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const { xhr, requestConfig } = event.detail;
    // What is swapped along elsewhere settles first.
    if (event.target.id === "content" && xhr?.status < 400) pressNext(requestConfig.elt, event.target);
  });
  // Back to a page out of the browser's memory.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(finish));
}
