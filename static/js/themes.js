// Light, dark or like the device: kept in a cookie, so that the server draws the next page right at once.
import { onContent } from "./content.js";

const YEAR = 31536000;

export function startThemes() {
  const mark = () => {
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === document.documentElement.dataset.theme));
    }
  };
  onContent(mark);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    const choice = button.dataset.themeChoice;
    document.cookie = `theme=${choice};path=/;max-age=${YEAR};samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;
    document.documentElement.dataset.theme = choice;
    document.dispatchEvent(new Event("tl:theme"));
    mark();
  });
}
