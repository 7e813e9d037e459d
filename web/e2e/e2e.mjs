// Browser test of a running server: every page that GET /pages.json lists, at
// 360 and 1280 px, with and without JavaScript; axe-core finds nothing; no
// console error, no failed request, no other host, no sideways scroll at 360 px;
// the islands by keyboard; screenshots. Prints "N passed, N failed".
//
//   ENTENTE_URL=http://127.0.0.1:8080 node e2e/e2e.mjs
//
// ENTENTE_SHOTS: folder of the screenshots (default e2e/shots).
// CHROMIUM: the browser (default: chromium or chromium-browser on PATH).
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkCopyLink, checkMap, checkPicker, checkPrint, checkScale, checkTimeline } from "./islands.mjs";
import { Tally, axe, fileName, listen, overflow, startBrowser, stop } from "./kit.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const base = process.env.ENTENTE_URL;
const shots = process.env.ENTENTE_SHOTS ?? join(here, "shots");
const widths = [360, 1280];
if (!base) stop("set ENTENTE_URL to the address of a running server, for example http://127.0.0.1:8080");

const tally = new Tally();
const report = (name, problems) => tally.report(name, problems);

/** Opens a page and collects what the browser complains about. */
async function visit(context, path) {
  const page = await context.newPage();
  const complaints = [];
  listen(page, base, complaints);
  await page.goto(new URL(path, base).href, { waitUntil: "networkidle" });
  return { page, complaints };
}

/** The page as it is without its scripts, in a context where axe itself can run (it needs timers). */
async function withoutScripts(context, path) {
  const page = await context.newPage();
  await page.route("**/*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  await page.goto(new URL(path, base).href, { waitUntil: "networkidle" });
  return page;
}

async function pageChecks(browser, paths) {
  for (const width of widths) {
    // Without scripts once, in the narrower window: the mark-up is the same.
    for (const javaScriptEnabled of width === 360 ? [true, false] : [true]) {
      const context = await browser.newContext({ viewport: { width, height: 800 }, javaScriptEnabled, reducedMotion: "reduce" });
      const bare = await browser.newContext({ viewport: { width, height: 800 }, reducedMotion: "reduce" });
      for (const path of paths) {
        const name = `${path} at ${width} px ${javaScriptEnabled ? "with" : "without"} JavaScript`;
        try {
          const { page, complaints } = await visit(context, path);
          const problems = [...complaints, ...(width === 360 ? await overflow(page) : [])];
          problems.push(...(await axe(javaScriptEnabled ? page : await withoutScripts(bare, path))));
          report(name, problems);
          await page.screenshot({ path: join(shots, `${fileName(path)}-${width}${javaScriptEnabled ? "" : "-noscript"}.png`), fullPage: true });
          await page.close();
          for (const left of bare.pages()) await left.close();
        } catch (error) {
          report(name, [String(error)]);
        }
      }
      await context.close();
      await bare.close();
    }
  }
}

/** Prints a page. The browser's own printer gives up at times on a busy machine: it is asked three times. */
async function print(page, file) {
  for (let left = 2; ; left--) {
    try {
      return await page.pdf({ path: file, preferCSSPageSize: true, printBackground: false, displayHeaderFooter: false });
    } catch (error) {
      if (left === 0 || !String(error).includes("Printing failed")) throw error;
    }
  }
}

/** Runs each island check on the first page that has the island; an island that no page has fails. */
async function islandChecks(browser, paths) {
  const checks = [
    ["map", checkMap],
    ["timeline", checkTimeline],
    ["scale", checkScale],
    ["copylink", checkCopyLink],
    ["actorpicker", checkPicker],
  ];
  const optional = new Set(["actorpicker"]);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ["clipboard-read", "clipboard-write"] });
  for (const [name, check] of checks) {
    let seen = false;
    for (const path of paths) {
      const { page } = await visit(context, path);
      seen = (await page.locator(`[data-island~="${name}"]`).count()) > 0;
      if (seen) {
        try {
          for (const [title, problems] of await check(page)) report(`${name} on ${path}: ${title}`, problems);
          report(`${name} on ${path}: axe after use`, await axe(page));
        } catch (error) {
          report(`${name} on ${path}`, [String(error)]);
        }
      }
      await page.close();
      if (seen) break;
    }
    if (!seen && !optional.has(name)) report(`island ${name}`, ["no page has it; is it built and placed?"]);
  }
  for (const path of paths) {
    try {
      const { page } = await visit(context, path);
      const problems = await checkPrint(page);
      await print(page, join(shots, `${fileName(path)}-print.pdf`));
      report(`${path} in print`, problems);
      await page.close();
    } catch (error) {
      report(`${path} in print`, [String(error)]);
    }
  }
  await context.close();
}

mkdirSync(shots, { recursive: true });
const response = await fetch(new URL("/pages.json", base)).catch((e) => stop(`no answer from ${base}: ${e.cause?.code ?? e}`));
if (!response.ok) stop(`GET /pages.json answered ${response.status}`);
const paths = await response.json();
if (!Array.isArray(paths) || paths.length === 0 || !paths.every((p) => typeof p === "string" && p.startsWith("/"))) {
  stop("/pages.json must be a JSON array of paths that start with /");
}

const { browser, done } = await startBrowser();
try {
  await pageChecks(browser, paths);
  await islandChecks(browser, paths);
} finally {
  await done();
}
console.log(tally.line());
process.exit(tally.failed > 0 ? 1 : 0);
