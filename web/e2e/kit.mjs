// What the browser tests share: the browser, the tally, axe-core, and what a
// page must not do.
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

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

/** Ends the run: it cannot be made at all. */
export function stop(message) {
  console.error(`e2e: ${message}`);
  process.exit(2);
}

/** Starts the browser; done() ends it and leaves nothing behind. */
export async function startBrowser() {
  const executablePath = browserPath();
  if (!executablePath) stop("chromium not found on PATH; install it (apt-get install chromium) or set CHROMIUM");
  const cache = mkdtempSync(join(tmpdir(), "entente-e2e-"));
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", `--disk-cache-dir=${cache}`],
  });
  return {
    browser,
    async done() {
      await browser.close();
      rmSync(cache, { recursive: true, force: true });
    },
  };
}

/** Rejects after a while, so that a browser that hangs fails the run instead of stopping it. */
export function within(seconds, promise, what) {
  let timer;
  const late = new Promise((_, no) => (timer = setTimeout(() => no(new Error(`${what}: no answer in ${seconds} s`)), seconds * 1000)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Counts the checks of one run. */
export class Tally {
  passed = 0;
  failed = 0;

  /** Counts one check; problems is a list of sentences, empty when all is well. */
  report(name, problems) {
    if (problems.length === 0) {
      this.passed++;
      return;
    }
    this.failed++;
    console.log(`FAIL ${name}`);
    for (const p of problems) console.log(`     ${p}`);
  }

  /** The last line of a run, which scripts/e2e.sh reads. */
  line() {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}

/** A list of problems with one sentence, or none. */
export const want = (ok, problem) => (ok ? [] : [problem]);

/**
 * Collects into the list what the browser complains about on a page: errors of
 * scripts, failed requests, bad answers, requests to another host. fits tells
 * which bad answers and ended requests belong to the test.
 */
export function listen(page, base, complaints, fits = () => false) {
  const host = new URL(base).host;
  page.on("console", (m) => {
    // For a bad answer the browser writes a line of its own; the answer itself is judged below.
    if (m.type() === "error" && !m.text().startsWith("Failed to load resource")) complaints.push(`console: ${m.text()}`);
  });
  page.on("pageerror", (e) => complaints.push(`exception: ${e.message}`));
  page.on("requestfailed", (r) => {
    const why = r.failure()?.errorText ?? "";
    if (!fits(why, r)) complaints.push(`request failed: ${r.url()} ${why}`);
  });
  page.on("response", (r) => {
    if (r.status() >= 400 && !fits(r.status(), r.request())) complaints.push(`status ${r.status()}: ${r.url()}`);
  });
  page.on("request", (r) => {
    if (new URL(r.url()).host !== host) complaints.push(`request to another host: ${r.url()}`);
  });
}

/** axe-core on the page as it is. The rules are WCAG 2.2 A and AA and the best practices; all of them must hold. */
export async function axe(page) {
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

/** What a page 360 px wide must not have: content that widens the page. */
export async function overflow(page) {
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

/** A file name for the picture of a page. */
export const fileName = (path) => path.replace(/^\//, "").replace(/[^a-zA-Z0-9.-]+/g, "_").slice(0, 80) || "start";
