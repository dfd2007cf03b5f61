// Single-key shortcuts. A key does something only where its target (data-key) is on the page; never inside fields.
import { isComing } from "./dialogs.js";
import { fillMenu, isFilling } from "./menus.js";
import { selectionKey } from "./selection.js";

const MEANING = {
  "/": "Search", "g h": "Home", "g j": "Jobs", "g c": "Candidates", "g n": "Notifications",
  j: "Next candidate, card or row", k: "Previous candidate, card or row", Enter: "Open",
  x: "Select", m: "Move to…", r: "Reject", n: "Write a note", e: "Message", z: "Undo",
  "[": "Previous tab", "]": "Next tab", i: "More Info", v: "Board or list",
  "⌘ Enter": "Send what is being written", "?": "This window",
};
const ITEM = "[data-card], [data-row]";
const IN_MENU = ["m", "r"];
const WAIT = 1000;
let first = "";
let timer = 0;

const visible = (element) => Boolean(element) && (Boolean(element.offsetParent) || getComputedStyle(element).position === "fixed");
// What stands in a closed menu counts as there when the menu's button does.
const reachable = (element) => visible(element) || visible(element.closest(".dropdown, .dropup")?.querySelector("[data-bs-toggle]"));
const currentItem = () => document.activeElement?.closest(ITEM);

function targetOf(key) {
  const found = `[data-key="${CSS.escape(key)}"]`;
  const inside = currentItem()?.querySelector(found);
  if (inside) return inside;
  const all = [...document.querySelectorAll(found)].filter((element) => !element.closest(ITEM) && (reachable(element) || element.closest("[data-nav]")));
  return key === "z" ? all.at(-1) : all[0];
}

// What a card or row can do stands in its menu, which is not there before it is asked for.
const menuOf = (key) => (IN_MENU.includes(key) ? currentItem()?.querySelector('[data-actions=""]') : null);

async function actInMenu(link, key) {
  const menu = await fillMenu(link);
  menu?.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click();
}

function act(element) {
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
}

function step(by) {
  const paging = targetOf(by > 0 ? "j" : "k");
  const all = [...document.querySelectorAll(ITEM)].filter(visible);
  if (!all.length) return paging ? (act(paging), true) : false;
  const at = all.indexOf(currentItem());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
  if (!next) return true;
  next.tabIndex = -1;
  next.focus();
  return true;
}

function tab(by) {
  const links = [...document.querySelectorAll("[data-tabs] a")].filter(visible);
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = links[at + by];
  if (at < 0 || !next) return false;
  next.click();
  return true;
}

function perform(key) {
  if (key === "?") return help();
  if (selectionKey(key, currentItem())) return true;
  if (key === "[" || key === "]") return tab(key === "]" ? 1 : -1);
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
  if (key === "Enter") {
    if (document.activeElement !== currentItem()) return false;
    const link = currentItem()?.querySelector("a[href]");
    link?.click();
    return Boolean(link);
  }
  const target = targetOf(key);
  const link = target ? null : menuOf(key);
  if (target) act(target);
  else if (link) actInMenu(link, key);
  return Boolean(target ?? link);
}

function isHere(key) {
  if (key === "?") return true;
  if (key === "x") return Boolean(document.querySelector("[data-selection]"));
  if (key === "j" || key === "k" || key === "Enter") return Boolean(document.querySelector(ITEM)) || (key !== "Enter" && Boolean(targetOf(key)));
  if (key === "[" || key === "]") return Boolean(document.querySelector("[data-tabs]"));
  if (key === "⌘ Enter") return Boolean(document.querySelector("form textarea"));
  if (IN_MENU.includes(key) && document.querySelector('[data-actions=""]')) return true;
  return Boolean(document.querySelector(`[data-key="${CSS.escape(key)}"]`));
}

function help() {
  const dialog = document.getElementById("keys-window");
  const list = dialog.querySelector("[data-keys-list]");
  list.replaceChildren();
  for (const [key, meaning] of Object.entries(MEANING)) {
    if (!isHere(key)) continue;
    const term = document.createElement("dt");
    for (const part of key.split(" ")) {
      const cap = document.createElement("kbd");
      cap.textContent = part;
      term.append(cap, " ");
    }
    const words = document.createElement("dd");
    words.textContent = meaning;
    list.append(term, words);
  }
  dialog.showModal();
  return true;
}

export function startKeys() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) help();
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && event.target.matches("textarea")) {
      event.preventDefault();
      event.target.form?.requestSubmit();
      return;
    }
    if (document.documentElement.dataset.keys === "off" || field || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.isComposing || isComing() || isFilling() || document.querySelector("dialog[open]") || event.target.closest(".dropdown-menu")) return;
    clearTimeout(timer);
    const key = first ? `${first} ${event.key}` : event.key;
    first = "";
    if (perform(key)) {
      event.preventDefault();
    } else if (event.key === "g") {
      first = "g";
      timer = setTimeout(() => { first = ""; }, WAIT);
    }
  });
  document.addEventListener("htmx:afterSettle", () => { first = ""; });
}
