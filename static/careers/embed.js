// Writes the list of open jobs where the script stands, as plain HTML in the page's own style:
//   <script src="https://…/careers/acme/embed.js" async data-source="website"></script>
// data-into names an element (a CSS selector) to write into instead; data-source is the code that the links carry.
(async (script, words) => {
  const list = document.createElement("ul");
  list.className = "throughline-jobs";
  const say = (sentence) => {
    const item = document.createElement("li");
    item.textContent = sentence;
    list.append(item);
  };
  const into = script.dataset.into && document.querySelector(script.dataset.into);
  if (into) into.append(list);
  else script.after(list);
  try {
    const { jobs } = await (await fetch(`${words.board}/jobs`)).json();
    for (const job of jobs) {
      const link = document.createElement("a");
      const address = new URL(job.absolute_url);
      if (script.dataset.source) address.searchParams.set("source", script.dataset.source);
      link.href = address;
      link.textContent = job.title;
      const place = document.createElement("span");
      place.textContent = job.location.name;
      const item = document.createElement("li");
      item.append(link, " ", place);
      list.append(item);
    }
    if (!jobs.length) say(words.none);
  } catch {
    say(words.failed);
  }
})(document.currentScript, THROUGHLINE_JOBS);
