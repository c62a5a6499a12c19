"use strict";
// Opens pages of a served catalog in Chromium and prints a line for everything that is wrong with them.
// usage: node catalog.cjs CHROMIUM ADDRESS PATH…
// The first path is that of a pattern.

const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

const [, , executablePath, address, ...paths] = process.argv;
const WIDTHS = [360, 900, 1440];
const PAGE_BYTES = 60 * 1024;
const SCRIPT_BYTES = 15 * 1024;

let faults = 0;
const tell = (...words) => { faults += 1; console.log(...words); };

function watch(page, name) {
  page.on("dialog", (dialog) => { tell(name, "opens a dialog:", dialog.message()); dialog.dismiss(); });
  page.on("pageerror", (error) => tell(name, "throws:", error.message));
  // Whatever the content policy refuses is told here.
  page.on("console", (message) => { if (message.type() === "error" && !/404|410/.test(message.text())) tell(name, "says:", message.text()); });
  page.on("request", (request) => { if (!request.url().startsWith(address)) tell(name, "asks elsewhere:", request.url()); });
}

// Tab reaches everything that can be used, in the order of the page, and each is seen to have the focus.
async function walk(page, name) {
  const wanted = await page.evaluate(() => {
    const all = document.querySelectorAll("a[href], button, input:not([type=hidden]), summary, [tabindex='0']");
    return [...all].filter((one) => one.checkVisibility() && one.closest("svg") === null).length;
  });
  const seen = new Set();
  await page.evaluate(() => { document.activeElement.blur(); let number = 0; for (const one of document.querySelectorAll("*")) one.dataset && (one.dataset.number = number++); });
  for (let step = 0; step < wanted * 2 + 200; step += 1) {
    await page.keyboard.press("Tab");
    const now = await page.evaluate(() => {
      const one = document.activeElement;
      if (one === document.body || one.closest("svg") !== null) return null;
      const style = getComputedStyle(one);
      return { number: one.dataset.number, isSeen: style.outlineStyle !== "none" || style.boxShadow !== "none", what: one.outerHTML.slice(0, 80) };
    });
    if (now === null) continue;
    if (seen.has(now.number)) break;
    if (!now.isSeen) tell(name, "does not show the focus on", now.what);
    seen.add(now.number);
  }
  if (seen.size < wanted) tell(name, `has ${wanted} things to use, and Tab reaches ${seen.size}`);
}

(async () => {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  for (const colorScheme of ["light", "dark"]) {
    for (const width of WIDTHS) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      for (const path of paths) {
        const name = `${path} (${colorScheme}, ${width})`;
        const page = await context.newPage();
        watch(page, name);
        await page.goto(address + path);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width) tell(name, `is ${wide} wide`);
        const { violations } = await new AxeBuilder({ page }).analyze();
        for (const violation of violations) tell(name, violation.id, violation.nodes.map((node) => node.target.join(" ")).join(", "));
        if (width === 900 && colorScheme === "light") await walk(page, name);
        await page.close();
      }
      await context.close();
    }
  }
  // Without script the same is there to read.
  const plain = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 900, height: 900 } });
  for (const path of paths) {
    const page = await plain.newPage();
    await page.goto(address + path);
    if ((await page.locator("main h1").innerText()).trim() === "") tell(path, "has no heading without script");
    await page.close();
  }
  await plain.close();
  // The weight of a pattern's page, as it travels.
  const context = await browser.newContext();
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  const sizes = new Map();
  const names = new Map();
  client.on("Network.responseReceived", ({ requestId, response }) => names.set(requestId, response.url));
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(names.get(requestId), encodedDataLength));
  await page.goto(address + paths[0], { waitUntil: "networkidle" });
  const sum = (chosen) => [...sizes].filter(([url]) => chosen(url ?? "")).reduce((total, [, size]) => total + size, 0);
  if (sum(() => true) > PAGE_BYTES) tell(paths[0], `weighs ${sum(() => true)} bytes`);
  if (sum((url) => url.endsWith(".js")) > SCRIPT_BYTES) tell(paths[0], "has too much script");
  // A chosen theme is there before anything is painted, on the next page as well.
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("button", { name: "Dark" }).click();
  await page.goto(address + paths[1]);
  if ((await page.evaluate(() => document.documentElement.dataset.theme)) !== "dark") tell(paths[1], "forgets the theme");
  // Results while typing, and arrows that go through them.
  await page.goto(address + paths[0]);
  await page.locator("#query").pressSequentially("web");
  await page.locator(".results a").first().waitFor();
  await page.keyboard.press("ArrowDown");
  if (!(await page.evaluate(() => document.activeElement.matches(".results a")))) tell(paths[0], "does not lead to results by the keyboard");
  await browser.close();
  if (faults === 0) console.log(`${paths.length} pages looked at`);
})().catch((error) => { console.log(error); process.exitCode = 1; });
