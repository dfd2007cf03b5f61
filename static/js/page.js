// Going from page to page without a reload: what is swapped, where focus goes, what the address says.
import { ownAddress } from "./addresses.js";
import { announce } from "./live.js";
import { contentArrived, csrfToken, firstProblem } from "./content.js";
import { isSignIn, signedOut } from "./session.js";
import { toast } from "./toasts.js";

const TOO_OLD = "This page was open for too long, so nothing was sent. Your text is still here: copy it, reload the page and send it again.";
const OFFLINE = "We couldn't reach Throughline. What you typed is still here. Try again.";
const ITEM = "[data-card], [data-row]";
let before = null;
let focusLater = null;

export function visit(url) {
  const to = ownAddress(url) ?? "/";
  const same = to === location.pathname + location.search;
  return window.htmx.ajax("GET", to, {
    target: "#content", select: "#content", swap: "outerHTML", ...(same ? { replace: "true" } : { push: "true" }),
  });
}

// The element that should have focus after the next swap, because the one that has it now goes away.
export function returnFocusTo(element) {
  focusLater = element ? describe(element) : null;
}

// What a card or row is known by: the application that its first link leads to, or what it says itself.
function nameOf(item) {
  const leads = item.querySelector("a[href]")?.getAttribute("href").match(/\/applications\/([^/]+)\/$/);
  return item.dataset.focusName ?? (leads ? `application-${leads[1]}` : "");
}

// A card or row, and its place among those of its list.
function describeItem(item) {
  if (!item) return null;
  const list = item.closest("[aria-labelledby]");
  const all = [...(list ?? document).querySelectorAll(ITEM)];
  return { name: nameOf(item), list: list?.getAttribute("aria-labelledby") ?? "", at: all.indexOf(item) };
}

// The card or row itself, else the one that took its place, else what names the list.
function findItem(known, root) {
  if (!known) return null;
  const list = known.list && root.querySelector(`[aria-labelledby="${CSS.escape(known.list)}"]`);
  const all = [...(list || root).querySelectorAll(ITEM)];
  return all.find((item) => known.name && nameOf(item) === known.name)
    ?? all[known.at] ?? all.at(-1) ?? (known.list ? root.querySelector(`#${CSS.escape(known.list)}`) : null);
}

function describe(element) {
  if (!element || element === document.body) return null;
  const form = element.closest("form");
  return {
    id: element.id,
    label: element.getAttribute("aria-label"),
    item: describeItem(element.closest(ITEM)),
    tag: element.localName,
    href: element.getAttribute("href"),
    name: element.getAttribute("name"),
    text: element.matches("button, a") ? element.dataset.words ?? element.textContent.trim() : "",
    action: form ? form.getAttribute("action") ?? "" : null,
  };
}

function findAgain(known, root) {
  if (!known) return null;
  if (known.id) return root.querySelector(`#${CSS.escape(known.id)}`);
  // With nothing to know it by, the first of its kind would be somebody else.
  if (!known.href && !known.name && !known.text && !known.label && known.action === null) return findItem(known.item, root);
  return [...root.querySelectorAll(known.tag)].find((element) => {
    const form = element.closest("form");
    return element.getAttribute("href") === known.href
      && element.getAttribute("aria-label") === known.label
      && element.getAttribute("name") === known.name
      && (form ? form.getAttribute("action") ?? "" : null) === known.action
      && (!known.text || element.textContent.trim() === known.text);
  }) ?? findItem(known.item, root);
}

function focusOn(element, options) {
  if (!element) return false;
  if (!element.matches("a[href], button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
  element.focus(options);
  return document.activeElement === element;
}

function named(root) {
  const name = root.querySelector("[data-messages][data-focus], [data-messages] [data-focus]")?.dataset.focus;
  const id = decodeURIComponent(name || location.hash.slice(1));
  return id ? document.getElementById(id) ?? withFocusName(id) : null;
}

// The same thing looks different from page to page: a card or a row is taken itself, elsewhere its first control.
function withFocusName(name) {
  const items = [...document.querySelectorAll(ITEM)].filter((item) => nameOf(item) === name);
  const parts = [...document.querySelectorAll(`[data-focus-name="${CSS.escape(name)}"]`), ...items];
  const part = parts.find((one) => one.getClientRects().length);
  return part?.matches(ITEM) ? part : part?.querySelector("button, a") ?? null;
}

// A tab is read from its own heading on; what stands above the tabs is known already.
function headingOfTab(root) {
  return root.querySelector("#tab h2[tabindex]") ?? root.querySelector("#tab h2");
}

function settleFocus(root) {
  const samePage = before && before.path === location.pathname;
  if (!samePage) window.scrollTo(0, 0);
  const wanted = named(root) ?? firstProblem(root) ?? root.querySelector("[autofocus]");
  if (focusOn(wanted)) return;
  if (samePage && focusOn(findAgain(before.focused, document), { preventScroll: true })) return;
  if (before?.byTab && focusOn(headingOfTab(root))) return;
  focusOn(root.querySelector("h1") ?? root, { preventScroll: true });
}

function markPlace() {
  for (const link of document.querySelectorAll("[data-nav] a")) {
    const path = new URL(link.href).pathname;
    if (path === location.pathname) link.setAttribute("aria-current", "page");
    else if (!("exact" in link.dataset) && location.pathname.startsWith(path)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const sidebar = document.getElementById("sidebar");
  if (!sidebar?.classList.contains("show")) return;
  // Closing the menu gives focus back to its button; one is on another page now.
  sidebar.addEventListener("hidden.bs.offcanvas", () => {
    setTimeout(() => focusOn(document.querySelector("#content h1"), { preventScroll: true }));
  }, { once: true });
  sidebar.querySelector('[data-bs-dismiss="offcanvas"]').click();
}

function isBackground(element) {
  return element?.hasAttribute?.("data-poll") ?? false;
}

export function startPages() {
  document.addEventListener("htmx:configRequest", (event) => {
    const { parameters } = event.detail;
    if (parameters.csrfmiddlewaretoken) parameters.csrfmiddlewaretoken = csrfToken();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = event.detail;
    const { xhr, target, requestConfig } = detail;
    const source = requestConfig.elt; // detail.elt is the target
    if (isSignIn(xhr.responseURL)) {
      detail.shouldSwap = false;
      if (!isBackground(source)) signedOut({ element: source, verb: requestConfig.verb, url: xhr.responseURL });
      return;
    }
    if (target.id !== "content") {
      // A part that is missing from the answer must not take the old one away with it.
      if (xhr.status >= 400 || (target.id && !xhr.responseText.includes(`id="${target.id}"`))) detail.shouldSwap = false;
      return;
    }
    if (xhr.status === 403 && requestConfig.verb !== "get" && xhr.responseText.includes("data-too-old")) {
      detail.shouldSwap = false;
      toast({ tone: "danger", text: TOO_OLD });
      return;
    }
    if (xhr.status >= 500) {
      detail.shouldSwap = false;
      const code = xhr.getResponseHeader("X-Request-ID");
      toast({
        tone: "danger",
        text: `Something broke on our side. Nothing you saved is lost. Try again${code ? `; if it stays, tell support the code ${code}` : ""}.`,
      });
      return;
    }
    if (!xhr.responseText.includes('data-layout="app"')) {
      // Another kind of page (signed out, Django admin): go there as a whole.
      detail.shouldSwap = false;
      if (xhr.status < 400 || requestConfig.verb === "get") location.assign(xhr.responseURL || requestConfig.path);
      return;
    }
    before = {
      path: location.pathname,
      focused: focusLater ?? describe(document.activeElement),
      byTab: Boolean(source?.closest("[data-tabs]")),
    };
    focusLater = null;
  });
  // The answer to a refused POST is shown, but its address is no page to come back to.
  document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
    const { xhr, requestConfig, history } = event.detail;
    if (xhr.status >= 400 && requestConfig.verb !== "get") history.type = "replace";
    if (history.type === "replace" && xhr.status >= 400) history.path = location.pathname + location.search;
    if (history.type === "push" && history.path === location.pathname + location.search) history.type = "replace";
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "content") return;
    markPlace();
    settleFocus(event.target);
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) contentArrived(event.detail.elt);
  });
  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, (event) => {
      if (!isBackground(event.detail.elt)) toast({ tone: "danger", text: OFFLINE });
    });
  }
  // Slow answers get words, for those who do not see the browser's own sign.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isBackground(event.detail.elt)) return;
    const timer = setTimeout(() => announce("Loading…"), 1000);
    event.detail.xhr.addEventListener("loadend", () => clearTimeout(timer));
  });
  const problem = named(document) ?? firstProblem(document);
  if (problem) focusOn(problem);
}
