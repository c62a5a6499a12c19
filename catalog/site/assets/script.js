// Adds to pages that work without it: a button that copies, one that changes the theme, a picture that fits, results while typing.
"use strict";
const root = new URL("..", document.currentScript.src);

function button(text, act, className) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  if (className) made.className = className;
  made.addEventListener("click", () => act(made));
  return made;
}

for (const block of document.querySelectorAll("pre.copy")) {
  const text = block.textContent;
  block.append(button("Copy", async (made) => {
    try {
      await navigator.clipboard.writeText(text);
      made.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(block.firstElementChild);
      made.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { made.textContent = "Copy"; }, 2000);
  }, "take"));
}

for (const view of document.querySelectorAll(".view")) {
  const tools = document.createElement("div");
  tools.className = "tools";
  // A picture that is not much wider than the page is shown as a whole.
  if (view.firstElementChild.clientWidth < 1.8 * view.clientWidth) view.classList.add("whole");
  tools.append(button(view.classList.contains("whole") ? "Full size" : "Fit to width", (made) => {
    made.textContent = view.classList.toggle("whole") ? "Full size" : "Fit to width";
  }));
  view.before(tools);
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
document.querySelector(".top nav")?.append(button(isDark() ? "Light" : "Dark", (made) => {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try { localStorage.setItem("theme", theme); } catch { /* It holds for this page, then. */ }
  made.textContent = isDark() ? "Light" : "Dark";
}));

// Where the catalog is served, it answers; where it was exported, a file of all names does.
let names;
async function find(query) {
  const address = new URL(`api/v1/search?limit=8&q=${encodeURIComponent(query)}`, root);
  if (names === undefined) {
    const answer = await fetch(address);
    if (answer.ok) return (await answer.json()).patterns;
    names = (await (await fetch(new URL("search.json", root))).json()).patterns;
  }
  const words = query.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return names.filter((one) => words.every((word) => one.text.includes(word))).slice(0, 8);
}

for (const form of document.querySelectorAll("form.find")) {
  const input = form.querySelector("input");
  const list = document.createElement("ul");
  list.className = "results";
  list.hidden = true;
  form.append(list);
  let last = 0;
  input.addEventListener("input", async () => {
    const turn = ++last;
    const query = input.value.trim();
    const found = query.length < 2 ? [] : await find(query).catch(() => []);
    // An answer that comes late is not one to what stands there now.
    if (turn !== last) return;
    list.replaceChildren(...found.map((one) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = new URL(`patterns/${one.publisher}/${one.name}/`, root);
      link.textContent = `${one.title} (${one.publisher})`;
      item.append(link);
      return item;
    }));
    list.hidden = found.length === 0;
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { list.hidden = true; input.focus(); }
    const links = [...list.querySelectorAll("a")];
    if (list.hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const next = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    (links[next] ?? input).focus();
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) list.hidden = true; });
}

// An exported catalog has no server to search: its page of all patterns is narrowed down here.
const page = document.querySelector(".search");
const asked = new URLSearchParams(location.search).get("q");
if (page && asked && document.body.querySelector("#query").value === "") {
  find(asked).then((found) => {
    const wanted = new Set(found.map((one) => one.title));
    for (const card of page.querySelectorAll(".card")) card.hidden = !wanted.has(card.querySelector("h3").textContent);
    document.querySelector("main h1").textContent = `Patterns for “${asked}”`;
  }).catch(() => {});
}
