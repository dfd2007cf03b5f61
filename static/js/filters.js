// A changed choice in a form with data-filters is sent at once; text waits for Enter. Without script its button sends it.
import { visit } from "./page.js";

export function startFilters() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-filters]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
  // What was chosen while an answer was still to come is not in that answer: the form that it replaced has it.
  document.addEventListener("htmx:afterSettle", (event) => {
    const form = event.detail.requestConfig?.elt;
    if (!form?.matches("form[data-filters][data-again]")) return;
    delete form.dataset.again;
    visit(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  });
}
