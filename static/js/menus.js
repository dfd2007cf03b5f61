// What Bootstrap's menus lack: Home, End, a field that finds by typing, and one menu for all cards and rows of a page,
// filled when it opens from the page that the link with data-actions leads to.
import { onContent } from "./content.js";
import { fetchPart } from "./parts.js";

const MISSING = "This did not work. Nothing was changed. Try again.";

const shared = document.createElement("div");
shared.className = "dropdown-menu dropdown-menu-end";
let owner = null;
let filling = 0;

// Whether a menu was asked for and is not there yet: what is typed meanwhile is meant for it.
export const isFilling = () => filling > 0;

// Puts the menu behind a link, where Bootstrap and our windows expect it.
function give(link) {
  if (owner && owner !== link) {
    window.tabler.Dropdown.getInstance(owner)?.dispose();
    owner.removeAttribute("data-bs-toggle");
  }
  owner = link;
  link.dataset.bsToggle = "dropdown";
  link.dataset.bsPopperConfig = '{"strategy":"fixed"}';
  link.parentElement.classList.add("dropdown");
  link.after(shared);
}

// Fills the menu for a link; null when it could not be.
export async function fillMenu(link) {
  filling += 1;
  const found = await fetchPart(link.href, "[data-menu-items]", { busy: link, missing: MISSING });
  filling -= 1;
  if (!found || !link.isConnected) return null;
  shared.replaceChildren(...found.childNodes);
  // Where a button beside the menu does it already.
  if (link.parentElement.querySelector("[data-move-menu]")) shared.querySelector('[data-key="m"]')?.remove();
  give(link);
  window.htmx.process(shared);
  return shared;
}

async function open(link) {
  if (link.getAttribute("aria-busy")) return;
  const wasOpen = link.getAttribute("aria-expanded") === "true";
  for (const shown of document.querySelectorAll('[data-bs-toggle="dropdown"].show')) {
    window.tabler.Dropdown.getInstance(shown).hide();
  }
  if (!wasOpen && await fillMenu(link)) window.tabler.Dropdown.getOrCreateInstance(link).show();
}

function startShared() {
  // With script it is a button, and nothing to follow.
  onContent((root) => {
    for (const link of root.querySelectorAll("a[data-actions]")) {
      Object.assign(link, { role: "button", ariaExpanded: "false", title: link.ariaLabel });
    }
  });
  // Above the document, where Bootstrap listens for the same press; htmx does on the link.
  window.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-actions]");
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    open(link);
  }, true);
  window.addEventListener("keydown", (event) => {
    const link = event.target.closest?.("a[data-actions]");
    const isOpen = link?.getAttribute("aria-expanded") === "true";
    if (!link || !(event.key === " " || (["ArrowDown", "ArrowUp"].includes(event.key) && !isOpen))) return;
    event.preventDefault();
    event.stopPropagation();
    open(link);
  }, true);
}

const items = (menu) => [...menu.querySelectorAll(".dropdown-item:not([hidden])")].filter((item) => item.offsetParent);

export function startMenus() {
  startShared();
  document.addEventListener("keydown", (event) => {
    const open = event.target.matches('[data-bs-toggle="dropdown"][aria-expanded="true"]');
    const menu = open ? event.target.parentElement.querySelector(".dropdown-menu") : event.target.closest(".dropdown-menu");
    if (!menu) return;
    const all = items(menu);
    if (event.key === "Home" && !event.target.matches("input")) all[0]?.focus();
    else if (event.key === "End" && !event.target.matches("input")) all.at(-1)?.focus();
    else if (event.key === "Enter" && event.target.matches("[data-menu-filter]")) all[0]?.click();
    else return;
    event.preventDefault();
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-menu-filter]")) return;
    const wanted = event.target.value.trim().toLowerCase();
    for (const item of event.target.closest(".dropdown-menu").querySelectorAll(".dropdown-item")) {
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
    }
  });
  document.addEventListener("shown.bs.dropdown", (event) => {
    const filter = event.target.closest(".dropdown, .dropup")?.querySelector("[data-menu-filter]");
    if (!filter) return;
    filter.value = "";
    filter.dispatchEvent(new Event("input", { bubbles: true }));
    filter.focus();
  });
}
