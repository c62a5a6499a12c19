"use strict";
// Opens reports in Chromium and prints a line for everything that is wrong with them.
// usage: node report.cjs CHROMIUM PAGE…

const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");
const { pathToFileURL } = require("node:url");

const [, , executablePath, ...pages] = process.argv;

async function inspect(browser, file, settings) {
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  const fault = (text) => console.log(`${file} (${settings.colorScheme}, ${settings.viewport.width} wide): ${text}`);
  page.on("console", (message) => { if (message.type() === "error") { fault(message.text()); } });
  page.on("request", (request) => { if (!request.url().startsWith("file:")) { fault(`it asks for ${request.url()}`); } });
  await page.goto(pathToFileURL(file).href);
  const { violations } = await new AxeBuilder({ page }).analyze();
  for (const { id, help, nodes } of violations) { fault(`axe: ${id}: ${help}: ${nodes[0].html.slice(0, 160)}`); }
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  if (isWide) { fault("it is wider than the window"); }
  if (process.env.DESIGN_SCREENSHOTS) {
    await page.screenshot({ path: `${process.env.DESIGN_SCREENSHOTS}/report-${settings.colorScheme}.png`, fullPage: true });
  }
  await context.close();
}

(async () => {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  for (const file of pages) {
    await inspect(browser, file, { colorScheme: "light", viewport: { width: 1200, height: 1000 } });
    await inspect(browser, file, { colorScheme: "dark", viewport: { width: 420, height: 800 } });
  }
  await browser.close();
  console.log(`${pages.length} pages looked at`);
})();
