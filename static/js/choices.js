// What can be chosen in a closed part of a form is fetched once it is opened: details with data-choices, the address of a
// page that has the same part, by its id, with all choices.
import { onContent } from "./content.js";
import { fetchPart } from "./parts.js";

const MISSING = "What can be chosen here could not be loaded. Close the filters and open them again.";

async function load(details) {
  if (details.getAttribute("aria-busy") || !details.dataset.choices) return;
  const part = details.querySelector("[id]");
  const whole = await fetchPart(details.dataset.choices, `#${CSS.escape(part.id)}`, { busy: details, missing: MISSING });
  if (!whole || !part.isConnected) return;
  delete details.dataset.choices;
  fill(part, whole);
}

// Each field stays what it is, with its focus and what was chosen in it meanwhile.
function fill(part, whole) {
  for (const field of part.querySelectorAll("select")) {
    const chosen = field.value;
    field.replaceChildren(...whole.querySelector(`#${CSS.escape(field.id)}`).options);
    field.value = chosen;
  }
}

export function startChoices() {
  onContent((root) => root.querySelectorAll("details[open][data-choices]").forEach(load));
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details[open][data-choices]")) load(event.target);
  }, true);
}
