"use strict";
// Opens pages of `design graph --format html` in Chromium and prints a line for everything that is wrong with them.
// usage: node page.cjs CHROMIUM PAGE…

const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");
const { pathToFileURL } = require("node:url");

const [, , executablePath, ...pages] = process.argv;

// What can be measured of a picture: labels in their boxes, boxes and frames apart, arrows around boxes.
function geometry() {
  const faults = [];
  const slack = 0.5;
  const rectangle = (element) => {
    const { x, y, width, height } = element.getBBox();
    return { x, y, right: x + width, bottom: y + height };
  };
  const holds = (outer, inner) =>
    outer.x - slack <= inner.x && outer.y - slack <= inner.y && inner.right <= outer.right + slack && inner.bottom <= outer.bottom + slack;
  const overlap = (one, other) =>
    one.x + slack < other.right && other.x + slack < one.right && one.y + slack < other.bottom && other.y + slack < one.bottom;
  const svg = document.querySelector("svg.graph");
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const picture = { x: 0, y: 0, right: width, bottom: height };
  const boxes = [];
  for (const box of svg.querySelectorAll(".tile, .frame")) {
    const border = rectangle(box.querySelector("rect"));
    const isFrame = box.classList.contains("frame");
    if (!isFrame) { boxes.push({ box, border }); }
    if (!holds(picture, border)) { faults.push(`${box.id} leaves the picture`); }
    for (const text of isFrame ? box.querySelectorAll(":scope > text") : box.querySelectorAll("text")) {
      if (!holds(border, rectangle(text))) { faults.push(`the label "${text.textContent}" leaves its box`); }
    }
  }
  boxes.forEach(({ box, border }, number) => {
    for (const other of boxes.slice(number + 1)) {
      if (overlap(border, other.border)) { faults.push(`${box.id} lies on ${other.box.id}`); }
    }
  });
  for (const arrow of svg.querySelectorAll(".arrow")) {
    const line = arrow.querySelector(".line");
    const length = line.getTotalLength();
    for (let at = 0; at <= length; at += 5) {
      const { x, y } = line.getPointAtLength(at);
      const hit = boxes.find(({ border }) => border.x + 1 < x && x < border.right - 1 && border.y + 1 < y && y < border.bottom - 1);
      if (hit) {
        faults.push(`the arrow from ${arrow.dataset.from} to ${arrow.dataset.to} goes through ${hit.box.id}`);
        break;
      }
    }
  }
  for (const text of svg.querySelectorAll(".legend text")) {
    if (!holds(picture, rectangle(text))) { faults.push(`the legend "${text.textContent}" leaves the picture`); }
  }
  return { faults, boxes: boxes.length };
}

const shown = (page, selector) => page.$$eval(selector, (all) => all.filter((one) => getComputedStyle(one).visibility === "visible").length);

async function keyboard(page, fault) {
  const tiles = await page.$$eval(".tile", (all) => all.length);
  const rows = await page.$$eval("tr[data-tile^=n]", (all) => all.map((row) => row.dataset.id));
  const wanted = rows[rows.length - 1];
  await page.keyboard.press("/");
  await page.keyboard.type(wanted);
  if ((await page.getAttribute("#search", "aria-expanded")) !== "true") { fault("search does not open its list"); }
  await page.keyboard.press("Enter");
  const chosen = await page.$$eval(".tile.chosen", (all) => all.length);
  const focused = await page.evaluate(() => document.activeElement.closest(".tile.chosen") !== null);
  if (chosen !== 1 || !focused) { fault(`search for ${wanted} chose ${chosen} boxes`); }
  const near = await shown(page, ".tile");
  const left = await page.$$eval("tr[data-tile]", (all) => all.filter((row) => !row.hidden).length);
  if (near < 1 || near > tiles || left < 1) { fault(`of ${tiles} boxes ${near} are shown around ${wanted}, and ${left} rows`); }
  await axe(page, "focused", fault);
  await page.keyboard.press("Escape");
  if ((await shown(page, ".tile")) !== tiles) { fault("Escape does not show all boxes again"); }
  const arrows = await shown(page, ".arrow");
  const boxes = await page.$$(".tools input[type=checkbox]");
  for (const box of boxes) {
    await box.focus();
    await page.keyboard.press("Space");
  }
  if ((await shown(page, ".arrow")) !== 0) { fault("arrows are left where every filter is off"); }
  for (const box of boxes) {
    await box.focus();
    await page.keyboard.press("Space");
  }
  if ((await shown(page, ".arrow")) !== arrows) { fault("arrows are missing where every filter is on again"); }
  // From box to box by arrow keys, and to the neighbours of one by Enter.
  await page.focus(".face[tabindex='0']");
  await page.keyboard.press("Enter");
  if ((await page.getAttribute(".tile.chosen .face", "aria-pressed")) !== "true") { fault("Enter on a box does not choose it"); }
  await page.keyboard.press("Escape");
}

async function axe(page, state, fault) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  for (const { id, help, nodes } of violations) { fault(`axe, ${state}: ${id}: ${help}: ${nodes[0].html.slice(0, 160)}`); }
}

async function inspect(browser, file, settings) {
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  const state = `${settings.colorScheme}${settings.javaScriptEnabled === false ? ", no script" : ""}, ${settings.viewport.width} wide`;
  const fault = (text) => console.log(`${file} (${state}): ${text}`);
  page.on("pageerror", (error) => fault(error.message));
  page.on("console", (message) => { if (message.type() === "error") { fault(message.text()); } });
  page.on("dialog", (dialog) => { fault(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith("file:")) { fault(`it asks for ${request.url()}`); } });
  await page.goto(pathToFileURL(file).href);
  if (settings.javaScriptEnabled === false) {
    if (await page.isVisible(".tools")) { fault("the tools are shown, and nothing is behind them"); }
    if (!(await page.isVisible("svg.graph")) || !(await page.isVisible("tbody tr"))) { fault("picture or tables are not shown"); }
  } else {
    const { faults, boxes } = await page.evaluate(geometry);
    faults.forEach(fault);
    await axe(page, "whole", fault);
    // What keys do does not depend on colours and width.
    if (boxes > 0 && settings.colorScheme === "light") { await keyboard(page, fault); }
  }
  await context.close();
}

(async () => {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const viewport = { width: 1400, height: 1000 };
  for (const file of pages) {
    await inspect(browser, file, { colorScheme: "light", viewport });
    await inspect(browser, file, { colorScheme: "dark", viewport: { width: 420, height: 800 } });
    await inspect(browser, file, { colorScheme: "light", viewport, javaScriptEnabled: false });
  }
  await browser.close();
  console.log(`${pages.length} pages looked at`);
})();
