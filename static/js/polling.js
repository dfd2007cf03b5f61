// Cards that refresh themselves: quiet when nothing changed, patient while somebody is inside.
import { announce } from "./live.js";

function words(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("time, [data-poll-held]").forEach((part) => part.remove());
  copy.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((part) => part.remove());
  return `${copy.dataset.announce ?? ""} ${copy.textContent.replace(/\s+/g, " ").trim()} ${[...copy.querySelectorAll("[href]")].map((a) => a.getAttribute("href"))}`;
}

// Focus on the card's own title is where sending left it: nobody is doing anything there, and it goes to the new title.
function isInUse(element) {
  const selection = document.getSelection();
  const focused = document.activeElement;
  return (element.contains(focused) && focused.id !== `${element.id}-title`)
    || (!selection.isCollapsed && element.contains(selection.anchorNode))
    || [...document.querySelectorAll("dialog[open]")].some((dialog) => !dialog.contains(element));
}

// Small parts elsewhere on the page that say the same as the card: the tab's icon, the chip beside the name.
function bringAlong(page) {
  for (const part of document.querySelectorAll("[data-poll-along]")) {
    const fresh = page.getElementById(part.id);
    if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
  }
}

export function startPolling() {
  // What is shown already: the server answers 204 while there is nothing else to say.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.dataset?.poll && !("pollShow" in detail.elt.dataset)) detail.parameters.since = detail.elt.dataset.poll;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event;
    const card = detail.target;
    if (!detail.shouldSwap || !card.hasAttribute("data-poll")) return;
    const page = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
    const fresh = page.getElementById(card.id);
    if (!fresh) return;
    if (words(fresh) === words(card) && fresh.getAttribute("hx-trigger") === card.getAttribute("hx-trigger")) {
      detail.shouldSwap = false;
      card.dataset.poll = fresh.dataset.poll;
      bringAlong(page);
    } else if (isInUse(card) && card.dataset.pollShow === undefined) {
      detail.shouldSwap = false;
      card.querySelector("[data-poll-held]")?.removeAttribute("hidden");
    } else {
      bringAlong(page);
      card.dataset.hadFocus = String(card.contains(document.activeElement));
      if (fresh.dataset.announce !== card.dataset.announce) announce(fresh.dataset.announce);
      if (card.dataset.hadFocus === "true") setTimeout(() => document.querySelector(`#${CSS.escape(card.id)}-title`)?.focus(), 50);
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-poll-show]");
    if (!button) return;
    const card = button.closest("[data-poll]");
    card.dataset.pollShow = "";
    window.htmx.ajax("GET", card.getAttribute("hx-get"), { source: card, target: card, select: `#${card.id}`, swap: "outerHTML" });
  });
}
