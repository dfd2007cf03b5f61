// A part of another page, fetched to stand on this one: what a menu holds, what can be chosen in a filter.
import { isSignIn, signedOut } from "./session.js";
import { toast } from "./toasts.js";

// Resolves to what the selector finds on that page; to null, having said why, when it cannot be had. Until then `busy`, an
// element, says that it waits.
export async function fetchPart(url, selector, { busy, missing }) {
  busy.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { "X-Requested-With": "dialog" } });
    if (isSignIn(answer.url)) {
      signedOut();
      return null;
    }
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(selector);
    if (!part) toast({ tone: "danger", text: missing });
    return part;
  } catch {
    toast({ tone: "danger", text: "We couldn't reach Throughline. Try again." });
    return null;
  } finally {
    busy.removeAttribute("aria-busy");
  }
}
