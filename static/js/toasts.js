// Messages of the server become toasts. They are for the eye; the live regions get their text once.
import { announce } from "./live.js";
import { csrfToken, onContent } from "./content.js";

const SHORT = 8000;
const WITH_UNDO = 12000;
const MOST = 3;

export function toast({ text, tone = "success", undoUrl = "" }) {
  const element = document.createElement("div");
  element.className = `tl-toast tl-toast--${tone}`;
  element.dataset.tone = tone;
  const words = document.createElement("span");
  words.textContent = text;
  element.append(words);
  if (undoUrl) element.append(undoForm(undoUrl));
  show(element);
}

function undoForm(url) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  const token = document.createElement("input");
  Object.assign(token, { type: "hidden", name: "csrfmiddlewaretoken", value: csrfToken() });
  const button = document.createElement("button");
  Object.assign(button, { type: "submit", className: "btn btn-sm", textContent: "Undo" });
  button.dataset.undo = "";
  button.dataset.key = "z";
  form.append(token, button);
  return form;
}

function show(element) {
  const host = document.getElementById("toasts");
  const { tone } = element.dataset;
  const canUndo = Boolean(element.querySelector("[data-undo]"));
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "btn-close" });
  close.setAttribute("aria-label", "Close message");
  close.addEventListener("click", () => remove(element));
  element.append(close);
  const text = element.querySelector("span").textContent.trim();
  host.append(element);
  while (host.children.length > MOST) host.firstElementChild.remove();
  window.htmx?.process(element);
  const keys = document.documentElement.dataset.keys !== "off";
  announce(canUndo && keys ? `${text} Press Z to undo.` : text, { assertive: tone === "danger" });
  if (tone !== "danger") fade(element, canUndo ? WITH_UNDO : SHORT);
  if (canUndo) {
    element.addEventListener("htmx:afterRequest", () => element.remove());
  }
}

function fade(element, after) {
  let timer = setTimeout(() => remove(element), after);
  const pause = () => clearTimeout(timer);
  const resume = () => {
    clearTimeout(timer);
    if (element.matches(":hover") || element.contains(document.activeElement)) return;
    timer = setTimeout(() => remove(element), after);
  };
  element.addEventListener("mouseenter", pause);
  element.addEventListener("focusin", pause);
  element.addEventListener("mouseleave", resume);
  element.addEventListener("focusout", () => setTimeout(resume));
}

function remove(element) {
  const hadFocus = element.contains(document.activeElement);
  element.remove();
  if (hadFocus) document.getElementById("content")?.focus({ preventScroll: true });
}

export function startToasts() {
  onContent((root) => {
    for (const box of root.querySelectorAll("[data-messages]")) {
      for (const message of [...box.querySelectorAll("[data-message]")]) {
        if (message.dataset.focus) box.dataset.focus = message.dataset.focus;
        show(message);
      }
      // Kept until this swap has settled, for where focus goes; empty and unseen.
      box.hidden = true;
      setTimeout(() => box.remove(), 1000);
    }
  });
}
