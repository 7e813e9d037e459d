// Browser test of a running server: every page that GET /pages.json lists, at
// 360 and 1280 px, with and without JavaScript; axe-core finds nothing; no
// console error, no failed request, no other host, no sideways scroll at 360 px;
// the islands by keyboard; screenshots. Prints "N passed, N failed".
//
//   ENTENTE_URL=http://127.0.0.1:8080 node e2e/e2e.mjs
//
// ENTENTE_SHOTS: folder of the screenshots (default e2e/shots).
// CHROMIUM: the browser (default: chromium or chromium-browser on PATH).
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { checkCopyLink, checkMap, checkPicker, checkPrint, checkScale, checkTimeline } from "./islands.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const base = process.env.ENTENTE_URL;
const shots = process.env.ENTENTE_SHOTS ?? join(here, "shots");
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const widths = [360, 1280];

function browserPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of ["chromium", "chromium-browser"]) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // look further
      }
    }
  }
  return "";
}

if (!base) stop("set ENTENTE_URL to the address of a running server, for example http://127.0.0.1:8080");
const executablePath = browserPath();
if (!executablePath) stop("chromium not found on PATH; install it (apt-get install chromium) or set CHROMIUM");

function stop(message) {
  console.error(`e2e: ${message}`);
  process.exit(2);
}

/** Rejects after a while, so that a browser that hangs fails the run instead of stopping it. */
function within(seconds, promise, what) {
  let timer;
  const late = new Promise((_, no) => (timer = setTimeout(() => no(new Error(`${what}: no answer in ${seconds} s`)), seconds * 1000)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

let passed = 0;
let failed = 0;
/** Counts one check; problems is a list of sentences, empty when all is well. */
function report(name, problems) {
  if (problems.length === 0) {
    passed++;
    return;
  }
  failed++;
  console.log(`FAIL ${name}`);
  for (const p of problems) console.log(`     ${p}`);
}

/** Opens a page and collects what the browser complains about. */
async function visit(context, path) {
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (m) => m.type() === "error" && complaints.push(`console: ${m.text()}`));
  page.on("pageerror", (e) => complaints.push(`exception: ${e.message}`));
  page.on("requestfailed", (r) => complaints.push(`request failed: ${r.url()} ${r.failure()?.errorText ?? ""}`));
  page.on("response", (r) => r.status() >= 400 && complaints.push(`status ${r.status()}: ${r.url()}`));
  page.on("request", (r) => {
    if (new URL(r.url()).host !== new URL(base).host) complaints.push(`request to another host: ${r.url()}`);
  });
  await page.goto(new URL(path, base).href, { waitUntil: "networkidle" });
  return { page, complaints };
}

/** axe-core on the page as it is. The rules are WCAG 2.2 A and AA and the best practices; all of them must hold. */
async function axe(page) {
  await page.evaluate(axeSource); // run by the debugger, so the page's Content-Security-Policy stays as it is
  const run = page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      resultTypes: ["violations"],
    }),
  );
  const found = await within(60, run, "axe");
  return found.violations.flatMap((v) => v.nodes.slice(0, 3).map((n) => `axe ${v.id} (${v.impact}): ${n.target.join(" ")}: ${v.help}`));
}

/** The page as it is without its scripts, in a context where axe itself can run (it needs timers). */
async function withoutScripts(context, path) {
  const page = await context.newPage();
  await page.route("**/*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  await page.goto(new URL(path, base).href, { waitUntil: "networkidle" });
  return page;
}

/** What a page 360 px wide must not have: content that widens the page. */
async function overflow(page) {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth;
    const view = document.documentElement.clientWidth;
    if (wide <= view) return [];
    const guilty = [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > view + 1 && !e.closest(".figure-scroll, .table-scroll"))
      .slice(0, 3)
      .map((e) => `${e.tagName.toLowerCase()}.${e.getAttribute("class") ?? ""}`);
    return [`page is ${wide} px wide in a window of ${view} px: ${guilty.join(", ")}`];
  });
}

const fileName = (path) => path.replace(/^\//, "").replace(/[^a-zA-Z0-9.-]+/g, "_").slice(0, 80) || "start";

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
    const { page } = await visit(context, path);
    report(`${path} in print`, await checkPrint(page));
    await page.pdf({ path: join(shots, `${fileName(path)}-print.pdf`), preferCSSPageSize: true, printBackground: false, displayHeaderFooter: false });
    await page.close();
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

const profile = mkdtempSync(join(tmpdir(), "entente-e2e-"));
const browser = await chromium.launch({
  executablePath,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", `--disk-cache-dir=${profile}`],
});
try {
  await pageChecks(browser, paths);
  await islandChecks(browser, paths);
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
