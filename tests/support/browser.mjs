// Headless Chromium, told what to do by lines of JSON on stdin; one line of JSON back for each. See browser.py.
import { createRequire } from "node:module";
import readline from "node:readline";

const [modules, executablePath] = process.argv.slice(2);
const { chromium } = createRequire(modules + "/")("playwright-core");
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--in-process-gpu"],
});
let context, page, troubles, status;

// What a screen reader would miss, and what would not fit.
const faults = () => {
  const found = [];
  const visible = (e) => e.getClientRects().length > 0;
  for (const e of document.querySelectorAll("input, select, textarea")) {
    if (e.type === "hidden" || !visible(e)) continue;
    if (!e.labels?.length && !e.getAttribute("aria-label")) found.push(`no label: ${e.outerHTML.slice(0, 120)}`);
  }
  for (const e of document.querySelectorAll("button, a")) {
    if (visible(e) && !(e.textContent.trim() || e.getAttribute("aria-label"))) found.push(`no name: ${e.outerHTML.slice(0, 120)}`);
  }
  for (const e of document.querySelectorAll("th")) if (!e.scope) found.push(`a header cell without scope: ${e.outerHTML.slice(0, 120)}`);
  if (document.querySelectorAll("h1").length !== 1) found.push("not one heading of the first level");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((i) => i === id).length > 1) found.push(`two elements are called ${id}`);
  if (!document.documentElement.lang) found.push("no language");
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 1) found.push(`${wide} px too wide for ${window.innerWidth}`);
  if (/\{\{|\}\}|\[object/.test(document.body.innerText)) found.push("a template shows through");
  return found;
};

const acts = {
  async person({ scheme }) {
    await context?.close();
    context = await browser.newContext({ colorScheme: scheme ?? "light", viewport: { width: 1200, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(10000);
    troubles = [];
    page.on("pageerror", (e) => troubles.push(`error: ${e}`));
    page.on("console", (m) => m.type() === "error" && !/status of 4\d\d/.test(m.text()) && troubles.push(`console: ${m.text()}`));
    page.on("request", (r) => /^(http:\/\/127\.0\.0\.1|data:)/.test(r.url()) || troubles.push(`asks elsewhere: ${r.url()}`));
    page.on("response", (r) => { if (r.request().isNavigationRequest()) status = r.status(); if (r.status() >= 500) troubles.push(`${r.status()}: ${r.url()}`); });
  },
  async goto({ url }) { await page.goto(url); return status; },
  async fill({ at, text }) { await page.fill(at, text); },
  async tick({ at }) { await page.check(at); },
  async choose({ at, value }) { await page.selectOption(at, value); },
  async click({ at }) { await Promise.all([page.waitForEvent("framenavigated"), page.click(at)]); await page.waitForLoadState("load"); return status; },
  // The form that has this button, filled in by the names of its fields and sent.
  async form({ action, fields, button }) {
    const form = page.locator(`form[action="${action}"]`, { has: page.locator(`button:visible:has-text("${button}")`) }).first();
    for (const [name, value] of Object.entries(fields)) {
      const field = form.locator(`[name="${name}"]`).first();
      const kind = await field.evaluate((e) => (e.tagName === "SELECT" ? "select" : e.type));
      if (kind === "select") await field.selectOption(value);
      else if (kind === "checkbox") await field.setChecked(value);
      else await field.fill(value);
    }
    const press = form.locator(`button:has-text("${button}")`).first();
    await Promise.all([page.waitForEvent("framenavigated"), press.click()]);
    await page.waitForLoadState("load");
    return status;
  },
  // A form that no page has, sent as whoever is signed in here would send it.
  async post({ url, fields }) {
    const form = new URLSearchParams();
    form.append("csrf", await page.getAttribute('[name="csrf"]', "value"));
    for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one);
    const answer = await context.request.post(url, { data: form.toString(), maxRedirects: 0,
                                                     headers: { "content-type": "application/x-www-form-urlencoded" } });
    return [answer.status(), await answer.text()];
  },
  async text({ at }) { return await page.innerText(at ?? "main"); },
  async count({ at }) { return await page.locator(at).count(); },
  async hrefs({ at }) { return await page.locator(at).evaluateAll((all) => all.map((a) => a.getAttribute("href"))); },
  async forms() { return await page.locator("form").evaluateAll((all) => all.map((f) => f.getAttribute("action"))); },
  async where() { return page.url(); },
  async look({ width, scheme }) { if (scheme) await page.emulateMedia({ colorScheme: scheme }); if (width) await page.setViewportSize({ width, height: 900 }); },
  async shot({ path }) { await page.screenshot({ path, fullPage: true }); },
  async faults() { return await page.evaluate(faults); },
  async troubles() { return troubles.splice(0); },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  try {
    console.log(JSON.stringify({ value: (await acts[asked.act](asked)) ?? null }));
  } catch (e) {
    console.log(JSON.stringify({ error: String(e).slice(0, 1500), where: page?.url() }));
  }
}
await browser.close();
