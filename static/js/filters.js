// A changed choice in a form with data-filters is sent at once; text waits for Enter. Without script its button sends it.
export function startFilters() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-filters]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
}
