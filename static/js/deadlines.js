// The sentence under a date follows what is chosen: data-deadline-url answers ?{name}={value} with plain words.
const DEBOUNCE_MS = 500;
const timers = new WeakMap();

async function say(input) {
  const place = document.getElementById(`${input.id}_deadline`);
  if (!place) return;
  const url = new URL(input.dataset.deadlineUrl, location.href);
  url.searchParams.set(input.name, input.value);
  const asked = input.value;
  try {
    const response = await fetch(url, { headers: { Accept: "text/plain" } });
    const words = response.ok && !response.redirected ? await response.text() : "";
    if (input.value === asked) place.textContent = words;
  } catch {
    place.textContent = "";
  }
}

export function startDeadlines() {
  document.addEventListener("input", (event) => {
    const input = event.target.closest("[data-deadline-url]");
    if (!input) return;
    clearTimeout(timers.get(input));
    timers.set(input, setTimeout(say, DEBOUNCE_MS, input));
  });
}
