// Keeps a copy of each page's figures, and puts them into one HTML file that needs no network.
// ui/tab_storage.js calls it.

const SEEN = [
  '[data-testid="stHeading"]', '[data-testid="stMarkdown"]', '[data-testid="stMetric"]',
  '[data-testid="stAlert"]', ".stVegaLiteChart",
  '.st-key-bar [data-testid="stHtml"]', '.st-key-says [data-testid="stHtml"]', // numbers, sentence
].join(", ");
const SKIPPED = [
  '[data-testid="stExpander"]', '[data-testid="stSidebar"]', ".st-key-guide", ".st-key-knobs", ".st-key-row", ".st-key-onward",
  "button", "label",
].join(", ");
const DROPPED = [
  "button", "style", "script", ".means", ".katex-html", '[data-testid="stTooltipIcon"]',
  '[data-testid="stIconMaterial"]', '[role="img"][aria-label$=" icon"]',
].join(", ");
const CAPTION = '[data-testid="stCaptionContainer"]'; // beside a button: how long it takes
const ENDED = '[data-testid="stApp"][data-test-script-state="notRunning"]';
const STALE = '[data-testid="stMain"] [data-stale="true"]'; // of the page before
const FIGURES = "toylab.figures."; // of their keys in the tab's storage
const QUIET = 1000; // milliseconds without a change: nothing is being drawn
const LOOK = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
         padding: 0 1rem; color: COLOUR; background: GROUND; }
  section > h2 { margin-top: 3rem; } div h2 { font-size: 1.17rem; }
  svg, img { display: block; width: 100%; height: auto; max-height: 34rem; }
  svg text { fill: currentColor; stroke: GROUND; stroke-width: 3px; stroke-linejoin: round;
             paint-order: stroke; }
  table { border-collapse: collapse; margin: 1rem 0; }
  th, td { border: 1px solid #8888; padding: 0.3rem 0.6rem; text-align: left; }
  td { vertical-align: top; overflow-wrap: break-word; }
  td:first-child { white-space: nowrap; }
  figure { margin: 1rem 0; } figcaption { font-size: 0.85rem; }
  a { color: inherit; } p a { overflow-wrap: anywhere; }
  dl { margin: 0.5rem 0; } dt { font-size: 0.85rem; } dd { margin: 0; font-weight: 600; }
  @media print { section > h2 { break-before: page; } figure { break-inside: avoid; } }`;

const escaped = (text) => {
  const place = document.createElement("p");
  place.textContent = text;
  return place.innerHTML.replaceAll('"', "&quot;");
};

function figure(chart) {
  const svg = chart.querySelector("svg");
  const canvas = chart.querySelector("canvas");
  const words = escaped(chart.getAttribute("aria-label") || "");
  if (!svg && !canvas) return "";
  const drawn = svg
    ? new XMLSerializer().serializeToString(svg)
    : `<img alt="" src="${canvas.toDataURL("image/png")}">`;
  return `<figure role="img" aria-label="${words}">${drawn}<figcaption>${words}</figcaption></figure>`;
}

function words(place) {
  const copy = place.cloneNode(true);
  copy.querySelectorAll(".numbers > span + span").forEach((number) => number.prepend("; "));
  copy.querySelectorAll("button.term").forEach((term) => term.replaceWith(term.textContent));
  copy.querySelectorAll(DROPPED).forEach((part) => part.remove());
  copy.querySelectorAll("*").forEach((part) => {
    for (const { name } of [...part.attributes]) {
      if (!["href", "scope", "colspan", "display", "xmlns"].includes(name)) {
        part.removeAttribute(name);
      }
    }
  });
  return copy.innerHTML;
}

function section(place) {
  if (place.matches(".stVegaLiteChart")) return figure(place);
  if (place.matches('[data-testid="stHeading"]')) {
    return place.querySelector("h1") ? "" : `<h3>${escaped(place.innerText.trim())}</h3>`;
  }
  if (place.matches('[data-testid="stMetric"]')) {
    const [name, ...value] = place.innerText.trim().split("\n").filter(Boolean);
    return `<dl><dt>${escaped(name)}</dt><dd>${escaped(value.join("; "))}</dd></dl>`;
  }
  return `<div>${words(place)}</div>`;
}

function gathered() {
  const main = document.querySelector('[data-testid="stMain"]');
  return [...main.querySelectorAll(SEEN)]
    .filter((place) => !place.closest(SKIPPED) && place.getClientRects().length)
    .filter((place) => !place.parentElement.closest(SEEN))
    .filter((place) => !place.matches(".st-key-question *") || !place.querySelector(CAPTION))
    .map(section)
    .join("\n");
}

function file({ title, head, pages }) {
  const app = getComputedStyle(document.querySelector('[data-testid="stApp"]'));
  const look = LOOK.replaceAll("COLOUR", app.color).replaceAll("GROUND", app.backgroundColor);
  const parts = pages.map(({ page, head, tail }) =>
    `<section>${head}\n${window.toylab.kept[page] ?? ""}\n${tail}</section>`);
  return (
    `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>` +
    `<style>${look}</style></head><body><main>${head}\n${parts.join("\n")}</main></body></html>\n`
  );
}

function keep() {
  const copy = document.querySelector(STALE) ? "" : gathered();
  if (!copy.includes("<figure")) return;
  window.toylab.kept[window.toylab.page] = copy;
  try {
    sessionStorage.setItem(FIGURES + window.toylab.page, copy);
  } catch {
    // no room, or none for this page: after a reload the report lacks these figures
  }
}

function keptBefore() {
  try {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(FIGURES));
    return Object.fromEntries(
      keys.map((key) => [key.slice(FIGURES.length), sessionStorage.getItem(key)]));
  } catch {
    return {};
  }
}

function forgetFigures() {
  Object.keys(window.toylab.kept).forEach((page) => sessionStorage.removeItem(FIGURES + page));
  window.toylab.kept = {};
}

function save(data) {
  keep();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file(data)], { type: "text/html" }));
  link.download = `${data.name}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function begin() {
  const look = { childList: true, subtree: true, characterData: true };
  new MutationObserver(wait).observe(document.querySelector('[data-testid="stMain"]'), look);
  const leaves = "a, .st-key-guide button";
  document.addEventListener("click", ({ target }) => target.closest(leaves) && keep(), true);
  return { kept: keptBefore(), save };
}

const drawn = () => document.querySelector(ENDED) && !document.querySelector(STALE);
let waiting;

function wait() {
  clearTimeout(waiting);
  waiting = setTimeout(() => (drawn() ? keep() : wait()), QUIET);
}

function keepFigures(page) {
  window.toylab ??= begin();
  window.toylab.page = page; // told when the page is drawn
  wait();
}
