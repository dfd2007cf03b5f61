// Starts every behaviour of a signed-in page. One module per behaviour; pages work without any of them.
import { announceRestored, contentArrived, onContent } from "./content.js";
import { startBoards } from "./board.js";
import { startBusy } from "./busy.js";
import { startChoices } from "./choices.js";
import { startChoosers } from "./choosers.js";
import { startClipboard } from "./clipboard.js";
import { startComboboxes } from "./combobox.js";
import { startCounters } from "./counters.js";
import { startDeadlines } from "./deadlines.js";
import { startDependents } from "./dependents.js";
import { startDialogs } from "./dialogs.js";
import { startDrafts } from "./drafts.js";
import { startFilters } from "./filters.js";
import { startKeys } from "./keys.js";
import { startMenus } from "./menus.js";
import { startPages } from "./page.js";
import { startResumes } from "./resumes.js";
import { startProcesses } from "./processes.js";
import { startPolling } from "./polling.js";
import { startSelection } from "./selection.js";
import { startScrolls } from "./scrolls.js";
import { startThemes } from "./themes.js";
import { startTimes } from "./times.js";
import { startToasts } from "./toasts.js";
import { startUnsaved } from "./unsaved.js";

// Parts that are of no use without script come without being seen.
onContent((root) => {
  for (const part of root.querySelectorAll("[data-needs-script][hidden]")) part.hidden = false;
});
// On a phone the row of tabs is longer than the screen: the tab that one is on is the one to see.
onContent((root) => {
  const row = root.querySelector("[data-tabs]");
  const tab = row?.querySelector("[aria-current]");
  if (tab) row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
});
for (const start of [
  startBusy, startPages, startPolling, startToasts, startDialogs, startUnsaved, startDrafts, startThemes, startTimes,
  startDeadlines, startClipboard, startFilters, startCounters, startMenus, startComboboxes, startChoices, startChoosers, startDependents, startBoards, startProcesses, startResumes, startSelection, startKeys, startScrolls,
]) start();
contentArrived(document.body);
announceRestored();
