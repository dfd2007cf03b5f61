// "Copy link" on a job's page: there only where it works. The page needs no script for anything else.
for (const button of document.querySelectorAll("[data-link]")) {
  const said = button.parentElement.querySelector("[data-done]");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.link);
    said.textContent = said.dataset.done;
  });
}
