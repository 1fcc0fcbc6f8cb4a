// Keeps what the reader did in this tab, and gives it back to a session that is new.

const PART = "toylab.part."; // of the keys of the parts in the tab's storage

const stored = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PART));

function store(key, part) {
  if (part === null) {
    sessionStorage.removeItem(PART + key);
    return;
  }
  try {
    sessionStorage.setItem(PART + key, part);
  } catch {
    forgetFigures(); // no room: copies of figures are worth less than answers
    sessionStorage.setItem(PART + key, part);
  }
}

function keepParts({ visit, recalled, parts }, send) {
  const tab = window.toylab;
  if (tab.visit !== visit && recalled) {
    stored().forEach((key) => sessionStorage.removeItem(key)); // the reader has started over
    forgetFigures();
  } else if (tab.visit !== visit) {
    const found = stored().map((key) => [key.slice(PART.length), sessionStorage.getItem(key)]);
    tab.asked = found.length > 0;
    if (tab.asked) send("stored", JSON.stringify(Object.fromEntries(found)));
  }
  tab.visit = visit;
  if (recalled || !tab.asked) {
    Object.entries(parts).forEach(([key, part]) => store(key, part));
  }
}

export default function ({ data, setTriggerValue }) {
  keepFigures(data.page);
  try {
    keepParts(data, setTriggerValue);
  } catch {
    // a browser that stores nothing for a page: a reload starts anew there
  }
}
