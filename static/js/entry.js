// Pages without the frame: one press sends once, a refused form has focus, script-only parts appear.
import { startBusy } from "./busy.js";
import { startClipboard } from "./clipboard.js";
import { firstProblem } from "./content.js";
import { forgetDrafts } from "./drafts.js";

for (const part of document.querySelectorAll("[data-needs-script][hidden]")) part.hidden = false;
startBusy();
startClipboard();
const chosen = document.querySelector("[data-focus-first]")?.dataset.focusFirst;
(document.querySelector('[aria-invalid="true"]') ?? (chosen && document.querySelector(chosen)) ?? firstProblem(document))?.focus();
document.addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-sign-out")) forgetDrafts();
});
