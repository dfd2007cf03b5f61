// What Bootstrap's menus lack: Home, End, and a field that finds by typing.
const items = (menu) => [...menu.querySelectorAll(".dropdown-item:not([hidden])")].filter((item) => item.offsetParent);

export function startMenus() {
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
