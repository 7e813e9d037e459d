// Browser test of reading and coding, on a workbench that nobody signs in to (it
// writes, so give it a store of its own):
//
//   entente init --db x.entente && entente serve --db x.entente
//   ENTENTE_URL=http://127.0.0.1:8080 node e2e/read.mjs
//
// A text is brought in, five passages are coded by keyboard only, one of them is
// edited and one taken back, "nothing found" is recorded; the same without
// JavaScript; a text of 10,000 paragraphs scrolls. axe-core, 360 and 1280 px.
// Prints "N passed, N failed".
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { axe, listen, overflow, startBrowser, stop, Tally, want } from "./kit.mjs";

const paper = `Position of Exampleland on international law in cyberspace (synthetic)

1. Exampleland welcomes the discussion of how international law applies to what States do with information technologies. The Charter of the United Nations applies in its entirety.

2. Exampleland holds that sovereignty is a rule of international law. A cyber operation that causes damage on the territory of another State violates it.

3. States should not knowingly allow their territory to be used for wrongful acts. This is an obligation of conduct.

4. Whether States that are not injured may take collective countermeasures is a question on which Exampleland has not yet decided.

5. International humanitarian law applies to cyber operations in armed conflict. It does not legitimise the use of force.

6. Exampleland will take part in the exchange of points of contact. <b>No mark-up</b> & no "quotes" here.`;

/** Brings in a text: pasted, or as a file when one is given. */
async function bringIn(page, base, title, text, file) {
  await page.goto(new URL("/desk/documents/new", base).href);
  if (file) await page.setInputFiles("#f-file", { name: file, mimeType: "text/plain", buffer: Buffer.from(text) });
  else await page.fill("#f-text", text);
  for (const [name, value] of Object.entries({ title, date: "2025-05-04", text_of: "Estonia", lang: "en" })) await page.fill(`#f-${name}`, value);
  await page.selectOption("#f-kind", "position-paper");
  await page.selectOption("#f-status", "official");
  await page.click(".upload-form button.button-primary");
  await page.waitForURL(/\/desk\/read\//);
  return new URL(page.url()).pathname;
}

const status = (page) => page.textContent(".reader-status");
const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.getAttribute("name") || document.activeElement?.tagName);
const press = async (page, ...keys) => {
  for (const k of keys) await page.keyboard.press(k);
};
const saved = (page) => page.waitForFunction(() => /^(Coded|Changed)/.test(document.querySelector(".reader-status")?.textContent ?? ""));

/** Codes by keys only: from the current paragraph to the saved coding and back. */
async function code(page, choose, proposition, stance) {
  await press(page, ...choose, "Enter");
  await page.keyboard.type(proposition);
  await press(page, "ArrowDown", "Enter", "Tab");
  if (stance !== null) {
    await press(page, "Space");
    for (let i = 0; i < stance; i++) await press(page, "ArrowDown");
  }
  await press(page, "Control+Enter");
  await saved(page);
}

async function byKeyboard(page, base, tally, shot) {
  const path = await bringIn(page, base, "Position of Exampleland (synthetic)", paper);
  await page.waitForTimeout(400);
  tally.report("reading page: axe", await axe(page));
  await page.focus(".rp-current");
  await press(page, "ArrowDown");
  tally.report("arrows go from paragraph to paragraph", want((await focused(page)) === "p2", `focus is on ${await focused(page)}`));
  await press(page, "s");
  tally.report("s chooses a sentence, not the number before it", want((await page.inputValue("[name=exact]")).startsWith("Exampleland welcomes"), await page.inputValue("[name=exact]")));
  await press(page, "Shift+s");
  tally.report("Shift+s takes in one more", want((await page.inputValue("[name=exact]")).endsWith("entirety."), await page.inputValue("[name=exact]")));
  tally.report("no stance is chosen", want((await page.locator("[name=stance]:checked").count()) === 0, "one is"));
  await press(page, "Enter");
  tally.report("Enter goes to the form", want((await focused(page)) === "f-proposition", `focus is on ${await focused(page)}`));
  await press(page, "Escape");
  tally.report("Escape goes back to the text", want((await focused(page)) === "p2", `focus is on ${await focused(page)}`));

  const plan = [
    [["s"], "law-applies", 0], // the paragraph's first sentence
    [["ArrowDown", "p"], "law-sovereignty-rule", 0],
    [["s"], "law-sovereignty-rule", null], // overlaps with the one before; its stance is not set
    [["ArrowDown", "ArrowDown", "p"], "law-cm-collective", 2],
    [["ArrowDown", "s"], "law-ihl", 0],
  ];
  for (const [choose, proposition, stance] of plan) await code(page, choose, proposition, stance);
  await page.waitForTimeout(500);
  tally.report("five passages are coded", want((await page.locator("#all-codings > li").count()) === 5, await page.textContent(".reader-all .count")));
  tally.report("the focus is back in the text", want((await focused(page)) === "p6", `focus is on ${await focused(page)}`));
  const many = page.locator("#p3 mark.q-many");
  tally.report("overlapping passages are one mark with both ids", want((await many.count()) === 1 && (await many.getAttribute("data-q")).split(" ").length === 2, "they are not"));
  tally.report("an overlap is told in words", want((await page.locator("#all-codings .coding-note", { hasText: "Overlaps with" }).count()) === 2, "it is not"));
  tally.report("a stance that is not set is told in words", want((await page.locator("#all-codings", { hasText: "stance not set" }).count()) === 1, "it is not"));
  await shot("reading");
  tally.report("reading page with codings: axe", await axe(page));

  await press(page, "ArrowUp", "ArrowUp", "ArrowUp");
  await page.waitForTimeout(500);
  tally.report("suggestions say how often they are right", want(/\d+ of \d+ passages \(\d+ %\)/.test(await page.textContent(".reader-candidates")), await page.textContent(".reader-candidates")));
  await page.locator(".reader-here .coding-edit").first().click();
  await page.waitForFunction(() => document.querySelector("[name=base]")?.value !== "");
  await page.fill("[name=conditions]", "where there is physical damage");
  await press(page, "Control+Enter");
  await saved(page);
  tally.report("an edit shows at once", want((await page.locator("#all-codings", { hasText: "where there is physical damage" }).count()) === 1, "it does not"));
  await page.locator("#all-codings .coding-acts button").last().click();
  await page.waitForFunction(() => document.querySelectorAll("#all-codings > li").length === 4);
  tally.report("a coding that is taken back leaves the text too", want((await page.locator("#p6 mark").count()) === 0, "it is still marked"));

  await page.evaluate(() => document.querySelector(".reader-nothing").setAttribute("open", ""));
  await page.fill("#n-proposition", "norm-13f");
  await page.press("#n-proposition", "Escape"); // closes the suggestions, which lie over the buttons
  await page.locator(".nothing-form button[value=nothing]").click();
  await page.waitForFunction(() => document.querySelector(".readings-list")?.textContent.includes("not addressed"));
  tally.report("nothing found is one click", want((await status(page)).startsWith("Recorded"), await status(page)));
  await page.goto(new URL(`${path}/coverage`, base).href);
  const before = await page.evaluate(() => scrollY);
  await page.locator("button[value='nothing:norm-13a']").click();
  await page.waitForFunction(() => document.querySelector(".swap-status")?.textContent.includes("Recorded"));
  tally.report("on the page of issues too, without loading it again", want((await page.evaluate(() => performance.getEntriesByType("navigation").length)) === 1 && before >= 0, "it was loaded again"));
  tally.report("coverage: axe", await axe(page));
  return path;
}

async function withoutScripts(browser, base, path, tally) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(new URL(path, base).href);
  await page.fill("#f-paragraph", "4");
  await page.fill("#f-exact", "This is an obligation\nof conduct.");
  await page.fill("#f-proposition", "law-due-diligence");
  await page.click(".code-form button.button-primary");
  tally.report("without scripts a passage is coded by its words", want(page.url().endsWith("#p4") && (await page.locator("#p4 mark", { hasText: "This is an obligation of conduct." }).count()) === 1, page.url()));
  await page.fill("#f-exact", "words that are not there");
  await page.fill("#f-proposition", "law-due-diligence");
  await page.click(".code-form button.button-primary");
  tally.report("and a fault stands beside its field", want((await page.locator("#f-exact-fault").count()) === 1 && (await page.inputValue("#f-exact")) === "words that are not there", "it does not"));
  await context.close();
}

/** Two windows edit one coding: the second is shown what the first has saved, and keeps what was typed. */
async function twoEditors(browser, base, path, tally) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const pages = [];
  for (const words of ["said in the first window", "said in the second window"]) {
    const page = await context.newPage();
    await page.goto(new URL(`${path}#p5`, base).href);
    await page.waitForTimeout(400);
    await page.locator(".reader-here .coding-edit").first().click();
    await page.waitForFunction(() => document.querySelector("[name=base]")?.value !== "");
    await page.fill("[name=conditions]", words);
    pages.push(page);
  }
  await pages[0].press("[name=conditions]", "Control+Enter");
  await saved(pages[0]);
  await pages[1].press("[name=conditions]", "Control+Enter");
  await pages[1].waitForSelector("#conflict");
  const kept = await pages[1].inputValue("[name=conditions]");
  tally.report("of two editors the second sees both", want(kept === "said in the second window" && (await pages[1].locator(".conflict", { hasText: "said in the first window" }).count()) === 1, kept));
  tally.report("conflict: axe", await axe(pages[1]));
  await pages[1].click(".code-form button.button-primary");
  await pages[1].waitForURL(/#p5$/);
  tally.report("and goes on from there", want((await pages[1].locator("#all-codings", { hasText: "said in the second window" }).count()) === 1, "it is not saved"));
  await context.close();
}

async function narrow(browser, base, path, tally, shots) {
  for (const width of [360, 1280]) {
    const context = await browser.newContext({ viewport: { width, height: 760 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    const complaints = [];
    listen(page, base, complaints, (what) => what === "net::ERR_ABORTED"); // a page that is left ends its requests
    for (const [name, to] of [["documents", "/desk/documents"], ["upload", "/desk/documents/new"], ["read", `${path}#p3`], ["coverage", `${path}/coverage`], ["correct", `${path}/correct?paragraph=3`], ["tasks", "/desk/tasks"]]) {
      await page.goto(new URL(to, base).href, { waitUntil: "networkidle" });
      tally.report(`${name} at ${width} px`, [...(await overflow(page)), ...(await axe(page)), ...complaints.splice(0)]);
      await page.screenshot({ path: join(shots, `desk-${name}-${width}.png`) });
    }
    if (width === 360) {
      await page.goto(new URL(`${path}#p3`, base).href);
      await page.waitForTimeout(300);
      await page.click(".reader-toggle");
      tally.report("the form opens as a sheet", want(await page.locator("#f-proposition").isVisible(), "it does not"));
      await page.screenshot({ path: join(shots, "desk-sheet-360.png") });
    }
    await context.close();
  }
}

/** A text of 10,000 paragraphs: frames while the wheel turns. */
async function longText(browser, base, tally) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  const text = Array.from({ length: 10_000 }, (_, i) => `${i + 1}. Paragraph ${i + 1} of a synthetic text says that it is one of very many, and it says so in a second sentence. Here it is.`).join("\n\n");
  await bringIn(page, base, "A synthetic text of 10,000 paragraphs", text, "long.txt");
  await page.waitForTimeout(800);
  await page.evaluate(() => {
    globalThis.frames_ = [];
    let last = performance.now();
    const next = (t) => (globalThis.frames_.push(t - last), (last = t), requestAnimationFrame(next));
    requestAnimationFrame(next);
  });
  await page.mouse.move(400, 500);
  for (let i = 0; i < 90; i++) {
    await page.mouse.wheel(0, 900);
    await page.waitForTimeout(16);
  }
  const frames = (await page.evaluate(() => globalThis.frames_)).slice(2).sort((a, b) => a - b);
  const p95 = frames[Math.floor(frames.length * 0.95)];
  tally.report("10,000 paragraphs scroll without a pause", want(p95 < 100, `one frame in twenty took ${p95.toFixed(0)} ms or more`));
  await context.close();
}

/** All of it, counted in the tally. */
export async function checkReading(browser, base, tally, shots) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  const complaints = [];
  listen(page, base, complaints, (what) => what === "net::ERR_ABORTED"); // a page that is left ends its requests
  const path = await byKeyboard(page, base, tally, (name) => page.screenshot({ path: join(shots, `desk-${name}.png`) }));
  tally.report("the browser complains about nothing", complaints);
  await context.close();
  await withoutScripts(browser, base, path, tally);
  await twoEditors(browser, base, path, tally);
  await narrow(browser, base, path, tally, shots);
  await longText(browser, base, tally);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const base = process.env.ENTENTE_URL ?? stop("set ENTENTE_URL to the address of a workbench of its own, without sign-in");
  const shots = process.env.ENTENTE_SHOTS ?? join(dirname(fileURLToPath(import.meta.url)), "shots");
  mkdirSync(shots, { recursive: true });
  const tally = new Tally();
  const { browser, done } = await startBrowser();
  try {
    await checkReading(browser, base, tally, shots);
  } catch (error) {
    tally.report("the run", [String(error).slice(0, 600)]);
  } finally {
    await done();
  }
  console.log(tally.line());
  process.exit(tally.failed > 0 ? 1 : 0);
}
