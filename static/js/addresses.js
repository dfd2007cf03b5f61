// Where the page may go by itself: path and query of an address on this site, else null. A path with an empty segment
// would name another site once its host is cut off (recruiting/web/responses.py, own_address).
export function ownAddress(url) {
  const to = new URL(url, location.href);
  return to.origin === location.origin && !to.pathname.includes("//") ? to.pathname + to.search : null;
}
