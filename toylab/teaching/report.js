// Puts what is on the page, figures included, into one HTML file that needs no network.

const SEEN = [
  '[data-testid="stHeading"]', '[data-testid="stMarkdown"]', '[data-testid="stMetric"]',
  '[data-testid="stAlert"]', ".stVegaLiteChart",
].join(", ");
const SKIPPED = [
  '[data-testid="stExpander"]', '[data-testid="stSidebar"]', ".st-key-guide", ".st-key-try_this",
  "button", "label",
].join(", ");
const LOOK = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
         padding: 0 1rem; color: COLOUR; background: GROUND; }
  svg, img { max-width: 100%; height: auto; }
  svg text { fill: currentColor; }
  table { border-collapse: collapse; margin: 1rem 0; }
  th, td { border: 1px solid #8888; padding: 0.3rem 0.6rem; text-align: left; }
  td { vertical-align: top; overflow-wrap: anywhere; }
  figure { margin: 1rem 0; } figcaption { font-size: 0.85rem; }
  a { color: inherit; overflow-wrap: anywhere; }
  dl { margin: 0.5rem 0; } dt { font-size: 0.85rem; } dd { margin: 0; font-weight: 600; }`;

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
  copy.querySelectorAll("button, style, script, .katex-html, [data-testid=stTooltipIcon], " +
    "[data-testid=stIconMaterial]")
    .forEach((part) => part.remove());
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
    return place.querySelector("h1") ? "" : `<h2>${escaped(place.innerText.trim())}</h2>`;
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
    .map(section)
    .join("\n");
}

function file({ title, head, tail }) {
  const app = getComputedStyle(document.querySelector('[data-testid="stApp"]'));
  const look = LOOK.replace("COLOUR", app.color).replace("GROUND", app.backgroundColor);
  return (
    `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>` +
    `<style>${look}</style></head><body><main>${head}\n${gathered()}\n${tail}</main></body></html>\n`
  );
}

export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button");
  button.onclick = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file(data)], { type: "text/html" }));
    link.download = `${data.name}.html`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
}
