#!/usr/bin/env bash
# Version: htmx.org 2.0.11 (in jsdom 26.1.0).
# Behavior: a form with hx-post that is submitted by `form.requestSubmit(button)` sends its fields without the button's
#   name and value, although the submit event names that button as its submitter. A click on the same button sends both.
# Why it surprises: requestSubmit with a button is the standard's way to submit as if it had been pressed, and a form
#   without htmx sends the button then. htmx remembers the button from the last click or focus and never asks the event.
#   So a script that presses a button again, after a confirmation or once an answer is there, has to click it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts htmx.org@2.0.11 jsdom@26.1.0

cat >look.cjs <<'JS'
const { readFileSync } = require("node:fs");
const { JSDOM } = require("jsdom");

const htmx = readFileSync(require.resolve("htmx.org/dist/htmx.js"), "utf8");
const page = `<form method="post" hx-post="/save" hx-swap="none">
  <input name="title" value="A"><button name="do" value="save">Save</button></form>`;
const expected = { click: "title=A&do=save", requestSubmit: "title=A" };

function sent(submit) {
  const { window } = new JSDOM(page, { runScripts: "outside-only", url: "http://localhost/" });
  const seen = {};
  window.XMLHttpRequest.prototype.send = (body) => { seen.body = String(body); };
  // htmx looks for hx-on attributes by a query that jsdom cannot read; the page has none.
  window.XPathEvaluator = class {
    createExpression() { return { evaluate: () => ({ iterateNext: () => null }) }; }
  };
  window.eval(htmx);
  window.htmx.process(window.document.body);
  const form = window.document.querySelector("form");
  form.addEventListener("submit", (event) => { seen.submitter = event.submitter?.value; }, true);
  submit(form, form.querySelector("button"));
  return { ...seen, version: window.htmx.version };
}

const ways = {
  click: (form, button) => button.click(),
  requestSubmit: (form, button) => form.requestSubmit(button),
};
let changed = false;
for (const [name, submit] of Object.entries(ways)) {
  const { body, submitter, version } = sent(submit);
  console.log(`htmx ${version}  ${name.padEnd(13)}  submitter of the event: ${submitter}  sent: ${body}`);
  if (body !== expected[name] || submitter !== "save") {
    console.log(`  changed: it was ${expected[name]}`);
    changed = true;
  }
}
process.exit(changed ? 1 : 0);
JS
node look.cjs
