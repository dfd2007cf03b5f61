// The two live regions of the base template: their text is set, never swapped in.
export function announce(text, { assertive = false } = {}) {
  const region = document.getElementById(assertive ? "live-assertive" : "live-polite");
  if (!region || !text) return;
  region.textContent = "";
  // A region that is emptied and filled in one go is not read out.
  setTimeout(() => { region.textContent = text; }, 60);
}
