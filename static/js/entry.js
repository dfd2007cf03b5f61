// Pages without the frame: one press sends once, a refused form has focus, script-only parts appear.
import { startBusy } from "./busy.js";
import { startClipboard } from "./clipboard.js";
import { firstProblem } from "./content.js";

for (const part of document.querySelectorAll("[data-needs-script][hidden]")) part.hidden = false;
startBusy();
startClipboard();
firstProblem(document)?.focus();
