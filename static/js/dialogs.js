// Links with data-dialog open their page in a native dialog; forms inside are sent from there. The address works without us.
import { ownAddress } from "./addresses.js";
import { announce } from "./live.js";
import { contentArrived, firstProblem } from "./content.js";
import { finish, pressNext } from "./busy.js";
import { forgetDraftsOf } from "./drafts.js";
import { returnFocusTo, visit } from "./page.js";
import { isSignIn, signedOut } from "./session.js";
import { toast } from "./toasts.js";

const WORDS_AFTER = 300;
const HEADERS = { "X-Requested-With": "dialog" };
let opener = null;
let coming = 0;

// Whether a window was asked for and is not open yet: what is typed meanwhile is meant for it.
export const isComing = () => coming > 0;

function make() {
  const dialog = document.createElement("dialog");
  dialog.className = "tl-dialog";
  dialog.dataset.window = "";
  dialog.setAttribute("hx-boost", "false");
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.dataset.leaving === undefined && opener?.isConnected) opener.focus();
  });
  dialog.addEventListener("input", () => { dialog.dataset.typed = ""; });
  document.body.append(dialog);
  return dialog;
}

async function openDialog(url, from = null) {
  const dialog = document.querySelector("dialog[data-window]") ?? make();
  if (from && !dialog.contains(from)) opener = from;
  from?.setAttribute("aria-busy", "true");
  coming += 1;
  const timer = setTimeout(() => {
    if (dialog.open) return;
    const words = document.createElement("p");
    words.className = "tl-dialog__body tl-busy";
    words.textContent = "Loading…";
    dialog.replaceChildren(words);
    dialog.showModal();
  }, WORDS_AFTER);
  try {
    await take(dialog, await fetch(url, { headers: HEADERS }), url);
  } catch {
    leave(dialog);
    toast({ tone: "danger", text: "We couldn't reach Throughline. Try again." });
    opener?.focus();
  } finally {
    coming -= 1;
    clearTimeout(timer);
    from?.removeAttribute("aria-busy");
  }
}

async function take(dialog, response, asked, form = null) {
  if (isSignIn(response.url)) {
    if (!form) leave(dialog);
    signedOut({ element: form, verb: form ? "post" : "get" });
    return;
  }
  const told = response.headers.get("X-Location") ?? (form && response.redirected ? response.url : null);
  if (told) {
    const location = ownAddress(told) ?? "/";
    if (form) forgetDraftsOf(form);
    if (form?.hasAttribute("data-dialog-stay")) {
      await take(dialog, await fetch(location, { headers: HEADERS }), location);
      return;
    }
    leave(dialog);
    returnFocusTo(opener);
    await visit(location);
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const content = page.querySelector("[data-dialog-content]") ?? refusal(page);
  if (!content) {
    leave(dialog);
    if (response.status >= 400) toast({ tone: "danger", text: "This did not work. Nothing was changed. Try again." });
    else window.location.assign(asked);
    return;
  }
  const width = [...content.classList].find((name) => /^tl-dialog--\d+$/.test(name)) ?? "tl-dialog--640";
  dialog.className = `tl-dialog ${width}`;
  content.className = "tl-dialog__content";
  if (form) keepFiles(form, content);
  dialog.replaceChildren(...page.querySelectorAll("[data-messages]"), content);
  dialog.dataset.url = asked;
  delete dialog.dataset.typed;
  if (!dialog.open) dialog.showModal();
  window.htmx?.process(dialog);
  contentArrived(dialog);
  focusInside(dialog);
}

// A refused form comes back without the files that were chosen; those that were not refused themselves are put back.
function keepFiles(form, content) {
  for (const chosen of form.querySelectorAll("input[type=file]")) {
    const again = content.querySelector(`input[type=file][name="${CSS.escape(chosen.name)}"]:not([aria-invalid="true"])`);
    if (!again || !chosen.files.length) continue;
    again.files = chosen.files;
    content.querySelector(`[data-file-lost="${CSS.escape(chosen.name)}"]`)?.remove();
  }
}

// A page that says no (403, 409) is shown where the person is.
function refusal(page) {
  const main = page.querySelector("#content");
  const heading = main?.querySelector("h1");
  if (!heading) return null;
  const content = page.createElement("section");
  content.className = "tl-dialog--440";
  const header = page.createElement("header");
  header.className = "tl-dialog__header";
  const title = page.createElement("h2");
  title.id = "dialog-title";
  title.tabIndex = -1;
  title.textContent = heading.textContent;
  const close = page.createElement("button");
  close.type = "button";
  close.className = "btn-close";
  close.dataset.dialogClose = "";
  close.setAttribute("aria-label", "Close");
  header.append(title, close);
  heading.remove();
  const body = page.createElement("div");
  body.className = "tl-dialog__body";
  body.append(...main.childNodes);
  content.append(header, body);
  return content;
}

function focusInside(dialog) {
  const target = firstProblem(dialog)
    ?? dialog.querySelector("[autofocus]")
    ?? dialog.querySelector(".tl-dialog__body :is(input:not([type=hidden]), select, textarea):not([disabled])")
    ?? dialog.querySelector("h2");
  target?.focus();
  // A section's heading alone at the lower edge would hide what has just been asked for.
  if (target?.matches(".tl-info__section h3")) target.closest(".tl-info__section").scrollIntoView({ block: "start" });
}

function leave(dialog) {
  dialog.dataset.leaving = "";
  if (dialog.open) dialog.close();
  else dialog.remove();
}

async function send(dialog, form, submitter) {
  const data = new FormData(form, submitter);
  const action = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? dialog.dataset.url;
  const url = new URL(action || dialog.dataset.url, window.location.href);
  try {
    if (form.method === "get") {
      url.search = new URLSearchParams(data).toString();
      await take(dialog, await fetch(url, { headers: HEADERS }), url.href);
    } else {
      const answer = await fetch(url, { method: "POST", body: data, headers: HEADERS });
      await take(dialog, answer, dialog.dataset.url, form);
      if (answer.ok) pressNext(form, dialog);
    }
  } catch {
    const words = "We couldn't reach Throughline. What you typed is still here. Try again.";
    toast({ tone: "danger", text: words });
    announce(words, { assertive: true });
  } finally {
    finish(form);
  }
}

export function startDialogs() {
  // Capturing: htmx listens on the links themselves.
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const close = event.target.closest("dialog [data-dialog-close]");
    if (close) {
      event.preventDefault();
      close.closest("dialog").close();
      return;
    }
    const link = event.target.closest("[data-dialog]");
    if (link) {
      event.preventDefault();
      event.stopPropagation();
      const toggle = link.closest(".dropdown, .dropup")?.querySelector("[data-bs-toggle]");
      // Bootstrap does not hear of this click, so that its menu would stay open behind the window.
      if (toggle?.getAttribute("aria-expanded") === "true") toggle.click();
      openDialog(link.getAttribute("href") ?? link.dataset.dialog, toggle ?? link);
      return;
    }
    const dialog = event.target.closest("dialog[open]");
    if (dialog && event.target === dialog && dialog.dataset.typed === undefined) dialog.close();
  }, true);
  document.addEventListener("submit", (event) => {
    const dialog = event.target.closest("dialog[data-window]");
    if (!dialog || event.defaultPrevented || event.target.method === "dialog" || event.target.target === "_blank") return;
    event.preventDefault();
    send(dialog, event.target, event.submitter);
  });
}
