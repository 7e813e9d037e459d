// Every page of the workbench, by the administrator: follows the links from the
// start page, looks at one address of each pattern, and holds what it saw against
// the patterns in the program's source, so that a new page without a way to it
// fails.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { want } from "./kit.mjs";

const source = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "internal", "web", "desk");

/** The patterns of GET in the lists of routes. */
export function patterns() {
  const found = [];
  for (const name of readdirSync(source).filter((n) => n.endsWith(".go") && !n.endsWith("_test.go"))) {
    for (const m of readFileSync(join(source, name), "utf8").matchAll(/Method: http\.MethodGet, Pattern: "([^"]+)"/g)) found.push(m[1]);
  }
  return [...new Set(found)].sort();
}

const matcher = (pattern) => new RegExp(`^${pattern.split("/").map((part) => (/^\{.*\.\.\.\}$/.test(part) ? ".+" : /^\{.*\}$/.test(part) ? "[^/]+" : part.replace(/[.$]/g, "\\$&"))).join("/")}$`);

/** The pages of the exchange are there with a node only: exchange.mjs looks at them. */
export const ofExchange = (pattern) => pattern.startsWith("/desk/exchange");

/** The pattern that an address belongs to: the one with the most literal text. */
export function patternOf(list, path) {
  const literal = (p) => p.replace(/\{[^}]*\}/g, "").length;
  return list.filter((p) => matcher(p).test(path)).sort((a, b) => literal(b) - literal(a))[0];
}

/** How many addresses of a pattern are looked at: records are of several kinds. */
const most = (pattern) => (pattern.includes("/records/") ? 4 : 1);

/** more are addresses that no link of a page leads to: those that a script asks. */
export async function allPages(person, more) {
  const list = patterns().filter((p) => !ofExchange(p));
  const seen = new Map(list.map((p) => [p, []])); // pattern → addresses
  const queue = ["/desk", ...more];
  const known = new Set(queue);
  while (queue.length > 0) {
    const address = queue.shift();
    const url = new URL(address, person.day.world.base);
    const pattern = patternOf(list, url.pathname);
    if (!pattern) {
      person.report(address, ["a link of the workbench leads to an address of no pattern"]);
      continue;
    }
    if (seen.get(pattern).length >= most(pattern)) continue;
    seen.get(pattern).push(address);
    const answer = await person.page.request.get(url.href);
    const media = answer.headers()["content-type"] ?? "";
    if (!media.startsWith("text/html") || answer.headers()["content-disposition"]) {
      person.report(`asks for ${address}`, want(answer.ok(), `status ${answer.status()}`));
      continue;
    }
    await person.go(address);
    await person.look(`the page ${address}`);
    const links = await person.page.evaluate(() => [...document.querySelectorAll("a[href], link[rel=alternate]")].map((a) => a.getAttribute("href")));
    for (const href of links) {
      const to = new URL(href, url);
      const path = to.pathname + to.search;
      if (to.host !== url.host || !/^\/desk(\/|\.|$)/.test(to.pathname) || known.has(path)) continue;
      known.add(path);
      queue.push(path);
    }
  }
  const unseen = [...seen].filter(([, at]) => at.length === 0).map(([p]) => p);
  person.report("every address of the workbench was asked for", unseen.map((p) => `nothing leads to ${p}`));
}
