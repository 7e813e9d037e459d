// Two nodes at their desks: a position and the report of an incident go from
// Estonia's desk to Japan's, are looked at, accepted, confirmed, withdrawn and
// proven; partners, communities and collections are set; without scripts too.
// Every page that is visited is looked at: axe-core at 1280 and 360 px, no
// console error, no request to another host. All data is synthetic.
//
//   ENTENTE=bin/entente node web/e2e/exchange.mjs
//
// ENTENTE_SHOTS: folder of the pictures (default: one that is taken away).
// ENTENTE_IMAGES: folder for the pictures of the documents (docs/images); none
// are kept without it.
// CHROMIUM: the browser. Prints "N passed, N failed".
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ofExchange, patternOf, patterns } from "./day_routes.mjs";
import { axe, fileName, listen, overflow, startBrowser, stop, Tally, want } from "./kit.mjs";
import { Exchange } from "./exchange_world.mjs";

const { ENTENTE, ENTENTE_SHOTS, ENTENTE_IMAGES } = process.env;
if (!ENTENTE) stop("set ENTENTE to the program");

const world = new Exchange(resolve(ENTENTE));
const tally = new Tally();
const shots = join(ENTENTE_SHOTS ?? world.folder, "exchange");
mkdirSync(shots, { recursive: true });

/** The patterns of the pages that were looked at. */
const list = patterns().filter(ofExchange);
const looked = new Set();

/** One side with its browser page. */
class Desk {
  constructor(side, base, page) {
    Object.assign(this, { side, base, page, complaints: [] });
    listen(page, base, this.complaints, (why) => why === "net::ERR_ABORTED");
  }

  async open(path) {
    await this.page.goto(new URL(path, this.base).href);
    return this;
  }

  /** Looks at the page as it is: axe at both widths, pictures, nothing too wide. */
  async look(name) {
    looked.add(patternOf(list, new URL(this.page.url()).pathname));
    await this.page.setViewportSize({ width: 1280, height: 900 });
    tally.report(`${this.side} ${name}: axe at 1280 px`, await axe(this.page));
    tally.report(`${this.side} ${name}: width at 1280 px`, await overflow(this.page));
    await this.page.screenshot({ path: join(shots, `${fileName(name)}-1280.png`), fullPage: true });
    await this.page.setViewportSize({ width: 360, height: 800 });
    tally.report(`${this.side} ${name}: axe at 360 px`, await axe(this.page));
    tally.report(`${this.side} ${name}: width at 360 px`, await overflow(this.page));
    await this.page.screenshot({ path: join(shots, `${fileName(name)}-360.png`), fullPage: true });
    await this.page.setViewportSize({ width: 1280, height: 900 });
    tally.report(`${this.side} ${name}: no complaints`, this.complaints.splice(0));
    return this;
  }

  /** A picture of the window for the documents. */
  async picture(file) {
    for (const folder of [shots, ENTENTE_IMAGES]) if (folder) await this.page.screenshot({ path: join(folder, file) });
    return this;
  }

  text() {
    return this.page.innerText("main");
  }

  /** Checks that the page says something. */
  async says(name, ...words) {
    const text = (await this.text()).replace(/\s+/g, " ");
    tally.report(`${this.side} ${name}`, words.filter((w) => !text.includes(w)).map((w) => `“${w}” is not in: ${text.slice(0, 600)}`));
    return this;
  }

  async press(word) {
    await Promise.all([this.page.waitForLoadState("load"), this.page.getByRole("button", { name: word, exact: true }).first().click()]);
    await this.page.waitForLoadState("load");
    return this;
  }
}

const position = "statements:trial-synthetic";

async function share(est) {
  await (await est.open("/desk/exchange")).look("start");
  await est.open("/desk/exchange/share?find=synthetic");
  await est.look("share");
  await est.page.check(`input[name=record][value='${position}']`);
  await est.page.selectOption("#f-collection", { index: 1 + (await positionsFirst(est.page)) });
  await est.page.selectOption("#f-level", "GREEN");
  await est.press("Show what would go to whom");
  await (await est.look("plan")).says("the plan tells what goes to whom", "Nothing has left yet", position, "Japan (trial)", "TLP:GREEN");
  await est.page.evaluate(() => document.querySelector(".tabs").scrollIntoView());
  await est.picture("exchange-plan.png");
  await est.press("Share it");
  await (await est.look("releases")).says("what was shared lies there", "The account of each partner", "Not fetched yet");
  await est.open("/desk/exchange/share");
  await est.page.setInputFiles("#f-file", { name: "incident.json", mimeType: "application/json", buffer: world.read("incident.json") });
  await est.page.selectOption("#f-collection", { index: 2 - (await positionsFirst(est.page)) });
  await est.page.selectOption("#f-level", "AMBER");
  await est.press("Show what would go to whom");
  await (await est.look("plan of an incident")).says("the plan tells the level and why", "TLP:AMBER", "marked AMBER");
  await est.press("Share it");
}

/** 0 when the collection of positions is the first in the list, else 1. */
async function positionsFirst(page) {
  const words = await page.locator("#f-collection option").allInnerTexts();
  return words[1].startsWith("Positions") ? 0 : 1;
}

async function receive(jpn) {
  world.sync("japan", "estonia");
  await (await jpn.open("/desk/exchange")).says("something waits", "from Estonia (trial)");
  await (await jpn.open("/desk/exchange/inbox")).look("inbox");
  await jpn.page.locator(`.queue-head a`, { hasText: position }).click();
  await (await jpn.look("item")).says("one item with what it would become", "One record", "Accept, for review");
  await jpn.open("/desk/exchange/inbox?tick=all");
  await jpn.press("Look at what the ticked would become");
  await jpn.page.evaluate(() => document.querySelector(".tabs").scrollIntoView());
  await jpn.picture("exchange-inbox.png");
  await (await jpn.look("preview")).says("what all of them would become", "would become", "kept as reports");
  await jpn.press("Reject");
  tally.report("japan a rejection without a reason is not taken", want((await jpn.page.locator("#f-reason-fault").count()) === 1, "no fault stands beside the reason"));
  jpn.complaints.splice(0); // the refusal is a status of its own
  await jpn.press("Accept and publish");
  if ((await jpn.page.locator("[role=alert]").count()) > 0) {
    jpn.complaints.splice(0);
    await jpn.look("preview that cannot be published");
    await jpn.page.check("input[name=widely]").catch(() => {});
    await jpn.press("Accept, for review");
  }
  await (await jpn.open("/propositions/cap-mutual-benefit")).says("the figures follow what was accepted", "SYNTHETIC statement");
  await (await jpn.open("/desk/exchange/inbox?state=all")).look("inbox of all");
  await jpn.says("everything is decided", "accepted");
}

async function withdraw(est) {
  await (await est.open("/desk/exchange/receipts")).look("receipts");
  await est.says("both were confirmed", "Japan (trial)", "confirmed");
  await est.open("/desk/exchange/releases?type=incident");
  await est.page.locator("a[href^='/desk/exchange/objects/incident--']").first().click();
  await (await est.look("object")).says("who has what", "Japan (trial)", "confirmed");
  await est.page.locator("a[href^='/desk/exchange/withdraw']").click();
  await (await est.look("withdraw")).says("it is for good", "For good.", "Japan (trial)");
  await est.page.fill("#f-why", "sent to the wrong circle");
  await est.press("Withdraw it for good");
  await (await est.look("receipts after a withdrawal")).says("it is not confirmed yet", "has not fetched the withdrawal");
  world.sync("japan", "estonia");
  await (await est.open("/desk/exchange/receipts")).says("it is confirmed", "No withdrawal waits for a receipt.");
}

async function settings(est) {
  for (const [name, path] of [
    ["partners", "/desk/exchange/partners"],
    ["new partner", "/desk/exchange/partners/new"],
    ["partner", "/desk/exchange/partners/japan"],
    ["communities", "/desk/exchange/communities"],
    ["community", "/desk/exchange/communities/pair"],
    ["collections", "/desk/exchange/collections"],
    ["embargoes", "/desk/exchange/embargoes"],
    ["sealed", "/desk/exchange/sealed"],
    ["log", "/desk/exchange/log"],
  ]) {
    await (await est.open(path)).look(name);
  }
  await est.open("/desk/exchange/collections");
  await est.page.locator("th a[href^='/desk/exchange/collections/']").first().click();
  await est.look("collection");
  await est.open("/desk/exchange/partners/japan");
  await est.page.fill("#f-label", "poller of the operations room");
  await est.press("Make it");
  const secret = await est.page.inputValue("#secret");
  await est.look("token shown once");
  tally.report("estonia a token is shown once", want(secret.length > 30, "it is not"));
  await est.open("/desk/exchange/partners/japan");
  tally.report("estonia and never again", want(!(await est.page.content()).includes(secret), "it is"));
  await est.press("Suspend it");
  await (await est.look("before it is changed")).says("what has left is shown before", "This closes something.", "left already", "has it since");
  await est.page.getByRole("link", { name: "Leave it as it is" }).click();
  await est.says("nothing was changed", "State: active.");
}

async function proof(est) {
  await est.open("/desk/exchange/log");
  await est.says("the log is cosigned", "japan.example/log", "handed over");
  await est.page.selectOption("#f-for", "japan");
  const [download] = await Promise.all([est.page.waitForEvent("download"), est.page.getByRole("button", { name: "Download the folder as a tar file" }).click()]);
  const data = readFileSync(await download.path());
  tally.report("estonia the proof is a tar file", want(data.length > 2048 && data.subarray(257, 262).toString() === "ustar", `${data.length} bytes`));
  est.complaints.splice(0);
}

async function threats(est) {
  await (await est.open("/actors/jpn/threats")).look("threats before an import");
  world.threats("estonia");
  await (await est.open("/actors/jpn/threats")).look("threats");
  await est.says("who is reported to attack", "Synthetic Otter", "Espionage", "Russian Federation", "example.org");
}

async function withoutScripts(browser, base) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  const est = new Desk("estonia without scripts", base, await context.newPage());
  await est.open("/desk/exchange/share?find=sovereignty+est");
  await est.page.locator("input[name=record]").first().check();
  await est.page.selectOption("#f-collection", { index: 1 + (await positionsFirst(est.page)) });
  await est.page.selectOption("#f-level", "GREEN");
  await est.press("Show what would go to whom");
  await est.says("a plan is made", "Nothing has left yet");
  await est.press("Change the choice");
  tally.report("estonia without scripts the choice is kept", want((await est.page.locator("input[name=record]:checked").count()) === 1, "it is not"));
  await est.press("Show what would go to whom");
  await est.press("Share it");
  await est.says("and carried out", "added");
  await context.close();
}

const { browser, done } = await startBrowser();
try {
  world.make();
  const bases = { estonia: await world.serve("estonia"), japan: await world.serve("japan") };
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
  const est = new Desk("estonia", bases.estonia, await context.newPage());
  const jpn = new Desk("japan", bases.japan, await context.newPage());
  for (const [name, step] of [
    ["sharing", () => share(est)],
    ["receiving", () => receive(jpn)],
    ["withdrawing", () => withdraw(est)],
    ["settings", () => settings(est)],
    ["proof", () => proof(est)],
    ["threats", () => threats(est)],
    ["without scripts", () => withoutScripts(browser, bases.estonia)],
  ]) {
    const start = Date.now();
    try {
      await step();
      console.log(`     ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      tally.report(name, [String(error?.stack ?? error).slice(0, 1500)]);
      for (const d of [est, jpn]) {
        console.log(`     ${d.side} is at ${d.page.url()}`);
        await d.page.screenshot({ path: join(shots, `broken-${d.side}.png`), fullPage: true }).catch(() => {});
      }
      break; // what follows builds on it
    }
  }
  tally.report(
    "every page of the exchange was looked at",
    list.filter((p) => !looked.has(p)).map((p) => `nobody looked at ${p}`),
  );
} finally {
  await done();
  tally.report("the nodes stop when asked", await world.stop());
  world.clear();
}
console.log(tally.line());
process.exit(tally.failed > 0 ? 1 : 0);
