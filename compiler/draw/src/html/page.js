"use strict";
// Search, focus, filters, zoom. The page is whole without this: a picture and tables.
(() => {
  const svg = document.querySelector("svg.graph");
  const view = document.getElementById("view");
  const tiles = [...svg.querySelectorAll(".tile")];
  const arrows = [...svg.querySelectorAll(".arrow")];
  const rows = [...document.querySelectorAll("tr[data-tile]")];
  const links = [...document.querySelectorAll("tr[data-filter]")];
  const filters = [...document.querySelectorAll(".tools input[type=checkbox]")];
  const search = document.getElementById("search");
  const results = document.getElementById("results");
  const status = document.getElementById("status");
  const all = document.getElementById("all");
  const face = (tile) => tile.querySelector(".face");
  const named = (tile) => tile.querySelector("title").textContent;
  const natural = { width: Number(svg.getAttribute("width")), height: Number(svg.getAttribute("height")) };
  let scale = 1;
  let chosen = null;

  // Which boxes, arrows and rows are shown: those of the chosen box and its neighbours, and of the sorts that are ticked.
  function show() {
    const ticked = new Set(filters.filter((box) => box.checked).map((box) => box.value));
    const near = new Set(chosen ? [chosen.id] : []);
    let count = 0;
    for (const arrow of arrows) {
      const { from, to, filter } = arrow.dataset;
      const isShown = ticked.has(filter) && (!chosen || from === chosen.id || to === chosen.id);
      arrow.classList.toggle("off", !isShown);
      if (isShown && chosen) { near.add(from); near.add(to); }
      if (isShown) { count += 1; }
    }
    for (const tile of tiles) {
      tile.classList.toggle("off", chosen !== null && !near.has(tile.id));
      tile.classList.toggle("chosen", tile === chosen);
      face(tile).setAttribute("aria-pressed", String(tile === chosen));
    }
    for (const row of rows) { row.hidden = chosen !== null && !near.has(row.dataset.tile); }
    for (const link of links) {
      const { from, to, filter } = link.dataset;
      link.hidden = !ticked.has(filter) || (chosen !== null && from !== chosen.id && to !== chosen.id);
    }
    all.hidden = chosen === null;
    const what = chosen ? `${named(chosen).split("\n")[0]} and ${near.size - 1} neighbours` : `${tiles.length} boxes`;
    status.textContent = `Shown: ${what}, ${count} arrows.`;
  }

  function choose(tile, isMoved) {
    chosen = tile;
    show();
    if (tile) {
      rove(tile);
      if (isMoved) { face(tile).focus({ preventScroll: true }); }
      const box = tile.getBoundingClientRect();
      const frame = view.getBoundingClientRect();
      view.scrollBy(box.x + box.width / 2 - frame.x - frame.width / 2, box.y + box.height / 2 - frame.y - frame.height / 2);
    }
  }

  // One box at a time can be reached by Tab; the arrow keys go on from it.
  function rove(tile) {
    for (const other of tiles) { face(other).setAttribute("tabindex", other === tile ? "0" : "-1"); }
  }

  function nearest(from, key) {
    const place = (tile) => {
      const box = tile.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const start = place(from);
    const across = key === "ArrowLeft" || key === "ArrowRight";
    const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    let best = null;
    for (const tile of tiles.filter((tile) => tile !== from && !tile.classList.contains("off"))) {
      const { x, y } = place(tile);
      const ahead = sign * (across ? x - start.x : y - start.y);
      const aside = Math.abs(across ? y - start.y : x - start.x);
      const cost = ahead + 2 * aside;
      if (ahead > 1 && (!best || cost < best.cost)) { best = { tile, cost }; }
    }
    return best && best.tile;
  }

  function zoom(wanted) {
    scale = Math.min(4, Math.max(0.1, wanted));
    svg.setAttribute("width", Math.round(natural.width * scale));
    svg.setAttribute("height", Math.round(natural.height * scale));
  }

  const fit = () => zoom(Math.min(1, (view.clientWidth - 2) / natural.width));

  for (const tile of tiles) {
    const target = face(tile);
    target.setAttribute("role", "button");
    target.addEventListener("click", () => choose(tile === chosen ? null : tile, true));
    target.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        choose(tile === chosen ? null : tile, true);
      } else if (event.key.startsWith("Arrow")) {
        const next = nearest(tile, event.key);
        if (!next) { return; }
        rove(next);
        face(next).focus();
      } else {
        return;
      }
      event.preventDefault();
    });
  }
  if (tiles.length > 0) { rove(tiles[0]); }

  // Search: the rows of the table of components are what can be found.
  function close() {
    results.hidden = true;
    search.setAttribute("aria-expanded", "false");
    search.removeAttribute("aria-activedescendant");
  }

  function select(option) {
    for (const other of results.children) { other.setAttribute("aria-selected", String(other === option)); }
    if (option) {
      search.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }

  function find() {
    const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    results.replaceChildren();
    const found = words.length === 0 ? [] : rows.filter((row) => words.every((word) => row.textContent.toLowerCase().includes(word)));
    for (const [number, row] of found.slice(0, 50).entries()) {
      const option = document.createElement("li");
      option.id = `result-${number}`;
      option.setAttribute("role", "option");
      option.textContent = row.dataset.id;
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); take(row); });
      option.row = row;
      results.append(option);
    }
    if (found.length === 0) { close(); } else { results.hidden = false; search.setAttribute("aria-expanded", "true"); select(results.children[0]); }
    if (words.length > 0) { status.textContent = `${found.length} found.`; } else { show(); }
  }

  function take(row) {
    search.value = row.dataset.id;
    close();
    const place = document.getElementById(row.dataset.tile);
    if (!place || place.classList.contains("tile")) {
      choose(place, true);
    } else {
      choose(null);
      place.scrollIntoView({ block: "nearest", inline: "nearest" });
      status.textContent = `${row.dataset.id} is shown as the frame of its namespace.`;
    }
  }

  search.addEventListener("input", find);
  search.addEventListener("blur", close);
  search.addEventListener("keydown", (event) => {
    const options = [...results.children];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" && options.length > 0) {
      select(options[(at + 1) % options.length]);
    } else if (event.key === "ArrowUp" && options.length > 0) {
      select(options[(at + options.length - 1) % options.length]);
    } else if (event.key === "Enter" && !results.hidden && options[at]) {
      take(options[at].row);
    } else {
      return;
    }
    event.preventDefault();
  });

  for (const box of filters) { box.addEventListener("change", show); }
  all.addEventListener("click", () => { choose(null); search.value = ""; search.focus(); });
  document.getElementById("closer").addEventListener("click", () => zoom(scale * 1.25));
  document.getElementById("farther").addEventListener("click", () => zoom(scale / 1.25));
  document.getElementById("fit").addEventListener("click", fit);
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target === search;
    if (event.key === "Escape") {
      search.value = "";
      close();
      choose(null);
    } else if (isTyping || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "/") {
      search.focus();
      search.select();
    } else if (event.key === "+" || event.key === "=") {
      zoom(scale * 1.25);
    } else if (event.key === "-") {
      zoom(scale / 1.25);
    } else if (event.key === "0") {
      fit();
    } else {
      return;
    }
    event.preventDefault();
  });

  // The picture is dragged by its ground, and zoomed by the wheel with Control, about the pointer.
  let drag = null;
  view.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && !event.target.closest(".face")) {
      drag = { x: event.clientX + view.scrollLeft, y: event.clientY + view.scrollTop };
    }
  });
  window.addEventListener("pointermove", (event) => {
    if (drag) { view.scrollTo(drag.x - event.clientX, drag.y - event.clientY); }
  });
  window.addEventListener("pointerup", () => { drag = null; });
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) { return; }
    event.preventDefault();
    const frame = view.getBoundingClientRect();
    const at = { x: event.clientX - frame.x, y: event.clientY - frame.y };
    const before = scale;
    zoom(scale * (event.deltaY < 0 ? 1.15 : 1 / 1.15));
    const grown = scale / before;
    view.scrollTo((view.scrollLeft + at.x) * grown - at.x, (view.scrollTop + at.y) * grown - at.y);
  }, { passive: false });

  // A link to a box, in the tables or in the address, focuses it.
  const follow = () => {
    const tile = tiles.find((tile) => `#${tile.id}` === location.hash);
    if (tile) { choose(tile, true); }
  };
  window.addEventListener("hashchange", follow);

  for (const part of document.querySelectorAll(".tools, .keys")) { part.hidden = false; }
  fit();
  show();
  follow();
})();
