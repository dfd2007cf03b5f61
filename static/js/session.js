import { ownAddress } from "./addresses.js";

// A session that ended must not cost anybody their text: say so where they are, and let them sign in next door.
export function isSignIn(url) {
  const login = document.body.dataset.loginUrl;
  return Boolean(login && url) && ownAddress(url)?.split("?")[0] === login;
}

export function signedOut({ element = null, verb = "get", url = "" } = {}) {
  if (verb === "get") {
    const back = encodeURIComponent(location.pathname + location.search);
    location.assign(url || `${document.body.dataset.loginUrl}?next=${back}`);
    return;
  }
  const dialog = document.getElementById("signed-out");
  const button = element?.matches?.("form") ? element.querySelector('[type="submit"]') : element;
  const label = button?.textContent?.trim();
  if (label) dialog.querySelector("[data-signed-out-action]").textContent = label;
  if (!dialog.open) dialog.showModal();
  // Who comes back from there finds the button again, and nothing before it.
  dialog.querySelector("a").onclick = () => {
    dialog.close();
    button?.focus();
  };
}
