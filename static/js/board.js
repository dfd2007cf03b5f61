// Moving cards on a board: by drag, or by the card's own window. The page shows the move at once and takes it back when refused.
import { announce } from "./live.js";
import { csrfToken, onContent } from "./content.js";
import { visit } from "./page.js";
import { isSignIn, signedOut } from "./session.js";
import { toast } from "./toasts.js";

const HOLD = 150;
const columnOf = (element) => element.closest(".tl-column");
const nameOf = (column) => column.dataset.name;
const recordOf = (card) => card.querySelector("a[href]").href;
const personOf = (card) => card.querySelector("a").textContent.trim();

function count(column, by) {
  const figure = column.querySelector("[data-count]");
  figure.textContent = (Number(figure.textContent.replaceAll(",", "")) + by).toLocaleString("en-US");
  const list = column.querySelector(".tl-cards");
  list.classList.toggle("tl-cards--empty", !list.querySelector("[data-card]"));
}

function focusNext(place, column) {
  const next = place.next ?? place.previous;
  const target = next?.isConnected ? next : column.querySelector("[data-card]") ?? column.querySelector("h2");
  target.tabIndex = -1;
  target.focus();
}

function placeOf(card) {
  return { list: card.parentElement, next: card.nextElementSibling, previous: card.previousElementSibling };
}

async function move(card, list, place) {
  const from = columnOf(place.list);
  const to = columnOf(list);
  const seen = card.dataset.seenStage ?? from.dataset.stage;
  if (card.parentElement !== list) list.prepend(card);
  count(from, -1);
  count(to, 1);
  card.setAttribute("aria-busy", "true");
  focusNext(place, from);
  const takeBack = (message) => {
    place.list.insertBefore(card, place.next?.parentElement === place.list ? place.next : null);
    count(to, -1);
    count(from, 1);
    toast({ tone: "danger", text: message });
    card.tabIndex = -1;
    card.focus();
  };
  try {
    const response = await fetch(new URL("move/", recordOf(card)), {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "board", Accept: "text/html", "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ stage: to.dataset.stage, seen_stage: seen }),
    });
    if (isSignIn(response.url)) {
      takeBack("You were signed out, so nothing was moved.");
      signedOut();
      return;
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      takeBack(answer.message ?? "The move was not made. Reload the page and try again.");
      // Somebody was faster: what this page shows is old.
      if (response.status === 409) visit(location.href);
      return;
    }
    card.dataset.seenStage = to.dataset.stage;
    toast({ text: answer.message ?? `${personOf(card)} moved to ${nameOf(to)}.`, undoUrl: answer.undo_url ?? "" });
  } catch {
    takeBack("We couldn't reach Throughline, so nothing was moved. Try again.");
  } finally {
    card.removeAttribute("aria-busy");
  }
}

function option(card, column, close) {
  const button = document.createElement("button");
  const here = column === columnOf(card);
  Object.assign(button, { type: "button", className: "dropdown-item" });
  button.textContent = nameOf(column);
  if (here) {
    button.setAttribute("aria-current", "true");
    button.append(" (now)");
  }
  button.addEventListener("click", () => {
    close();
    if (here) card.focus();
    else move(card, column.querySelector(".tl-cards"), placeOf(card));
  });
  return button;
}

function openMoves(card) {
  const board = card.closest("[data-board]");
  const dialog = document.createElement("dialog");
  dialog.className = "tl-dialog tl-dialog--440";
  dialog.setAttribute("hx-boost", "false");
  dialog.setAttribute("aria-labelledby", "move-title");
  dialog.innerHTML = `<div class="tl-dialog__content"><header class="tl-dialog__header"><h2 id="move-title"></h2><button type="button" class="btn-close" data-dialog-close aria-label="Close"></button></header>
    <div class="tl-dialog__body"><input class="form-control" type="search" autocomplete="off" autofocus aria-label="Find a step" placeholder="Find a step"><div data-options></div></div></div>`;
  dialog.querySelector("h2").textContent = `Move ${personOf(card)} to…`;
  const options = dialog.querySelector("[data-options]");
  const find = dialog.querySelector("input");
  let chosen = false;
  let group = "";
  for (const column of board.querySelectorAll(".tl-column")) {
    const name = column.dataset.group;
    if (name !== group) {
      const head = document.createElement("div");
      head.className = "dropdown-header";
      head.textContent = name;
      options.append(head);
    }
    group = name;
    options.append(option(card, column, () => { chosen = true; dialog.close(); }));
  }
  const open = () => [...options.querySelectorAll("button:not([hidden])")];
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    for (const button of options.querySelectorAll("button")) button.hidden = !button.textContent.toLowerCase().includes(wanted);
    for (const head of options.querySelectorAll(".dropdown-header")) head.hidden = Boolean(wanted);
    announce(open().length === 1 ? "1 step" : `${open().length} steps`);
  });
  dialog.addEventListener("keydown", (event) => {
    const all = open();
    const at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown") all[Math.min(at + 1, all.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (all[at - 1] ?? find).focus();
    else if (event.key === "Enter" && document.activeElement === find) all[0]?.click();
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (!chosen) {
      card.tabIndex = -1;
      card.focus();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}

// What is done at once stands on the card itself. Without script it is done from the page of its actions, so that our
// page holds it once, not on every card.
function addButtons(root) {
  const copy = (name) => root.querySelector(`template[${name}]`)?.content.firstElementChild.cloneNode(true);
  for (const actions of root.querySelectorAll(".tl-card > [data-actions]")) {
    const card = actions.parentElement;
    if (card.matches("[data-card]")) {
      const button = copy("data-move-button");
      button.ariaLabel = `Move ${personOf(card)} to…`;
      actions.before(button);
    } else if (card.matches(".tl-card--lead")) {
      const form = copy("data-convert-form");
      form.action = new URL("convert/", recordOf(card)).pathname;
      form.querySelector("button").ariaLabel = `Convert ${personOf(card)} to applicant`;
      card.append(form);
      window.htmx.process(form);
    }
  }
}

function makeSortable(list) {
  if (!window.Sortable || list.dataset.sortable !== undefined) return;
  list.dataset.sortable = "";
  let place = null;
  window.Sortable.create(list, {
    group: "board", draggable: "[data-card]", filter: "button, input, [data-actions]", preventOnFilter: false, sort: false,
    delay: HOLD, delayOnTouchOnly: true, animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    onStart: ({ item }) => { place = placeOf(item); },
    onEnd: ({ item, to }) => {
      if (to !== place.list) move(item, to, place);
    },
  });
}

export function startBoards() {
  onContent((root) => {
    addButtons(root);
    root.querySelectorAll(".tl-cards[data-stage]").forEach(makeSortable);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move-menu]");
    if (!button) return;
    event.preventDefault();
    openMoves(button.closest("[data-card]"));
  });
}
