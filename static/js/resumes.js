// Résumés: the text in place of a frame where the browser shows no PDF, and a place to drop files on.
import { onContent } from "./content.js";

function showText(root) {
  if (navigator.pdfViewerEnabled !== false) return;
  for (const frame of root.querySelectorAll("[data-pdf]")) {
    frame.removeAttribute("src");
    frame.classList.remove("d-lg-block");
    frame.parentElement.querySelector("[data-pdf-text]")?.setAttribute("open", "");
  }
}

// Files may be dropped anywhere on the form; the control says which they are.
function takeDrops(root) {
  for (const input of root.querySelectorAll("input[type=file][data-drop]")) {
    const form = input.form;
    for (const kind of ["dragenter", "dragover"]) {
      form.addEventListener(kind, (event) => {
        if (![...event.dataTransfer.types].includes("Files")) return;
        event.preventDefault();
        form.classList.add("tl-drop--over");
      });
    }
    form.addEventListener("dragleave", (event) => {
      if (!form.contains(event.relatedTarget)) form.classList.remove("tl-drop--over");
    });
    form.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      form.classList.remove("tl-drop--over");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

export function startResumes() {
  onContent(showText);
  onContent(takeDrops);
}
