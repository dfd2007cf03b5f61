// Leaving a form with data-guard that was changed asks once; sending another form of the page leaves it, too.
import { finish } from "./busy.js";

function changed() {
  return document.querySelector("form[data-guard][data-changed]");
}

function ask(leave, stay) {
  let left = false;
  const dialog = document.createElement("dialog");
  dialog.className = "tl-dialog tl-dialog--440";
  dialog.setAttribute("hx-boost", "false");
  dialog.setAttribute("aria-labelledby", "leave-title");
  dialog.innerHTML = `<div class="tl-dialog__content"><header class="tl-dialog__header"><h2 id="leave-title">Leave without saving?</h2></header>
    <div class="tl-dialog__body"><p>What you changed on this page is not saved yet.</p></div>
    <footer class="tl-dialog__footer"><button type="button" class="btn" autofocus data-dialog-close>Stay</button><button type="button" class="btn btn-danger" data-leave>Leave</button></footer></div>`;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (!left) stay();
  });
  dialog.querySelector("[data-leave]").addEventListener("click", () => {
    left = true;
    delete changed()?.dataset.changed;
    dialog.close();
    leave();
  });
  document.body.append(dialog);
  dialog.showModal();
}

export function startUnsaved() {
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) form.dataset.changed = "";
  });
  document.addEventListener("submit", (event) => { delete event.target.dataset.changed; });
  document.addEventListener("htmx:confirm", (event) => {
    const { verb, elt, target, issueRequest } = event.detail;
    const form = elt.closest("form");
    // What changes a part of the page alone does not leave it.
    if (target.id !== "content" || !changed() || (verb !== "get" && form === changed())) return;
    event.preventDefault();
    ask(() => issueRequest(true), () => form && finish(form));
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed()) event.preventDefault();
  });
}
