// A whole day at the workbench, as people would have it: a team of five at a new
// store, from the upload of a position paper to the comparison that the public
// sees, and back to yesterday's version of a record. Every page that somebody
// visits is looked at: axe-core at 1280 and 360 px, no console error, no request
// to another host. Prints "N passed, N failed" and perhaps ", N skipped".
//
//   ENTENTE=bin/entente YESTERDAY=path node web/e2e/day.mjs
//
// YESTERDAY: the built web/e2e/fixture/yesterday.
// ENTENTE_SHOTS: folder of the pictures (default: one that is taken away).
// ENTENTE_IMAGES: folder for the pictures of the documents (docs/images); none
// are kept without it.
// CHROMIUM: the browser (default: chromium or chromium-browser on PATH).
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { Tally, startBrowser, stop, want } from "./kit.mjs";
import { World } from "./day_world.mjs";
import { steps } from "./day_steps.mjs";

const { ENTENTE, YESTERDAY, ENTENTE_SHOTS, ENTENTE_IMAGES } = process.env;
if (!ENTENTE || !YESTERDAY) stop("set ENTENTE to the program and YESTERDAY to the built web/e2e/fixture/yesterday");

const world = new World(resolve(ENTENTE), resolve(YESTERDAY));
const day = { world, tally: new Tally(), shots: ENTENTE_SHOTS ?? join(world.folder, "shots"), images: ENTENTE_IMAGES ?? "", people: {}, seen: new Set() };
mkdirSync(day.shots, { recursive: true });
const { browser, done } = await startBrowser();
day.browser = browser;
let broken = "";
try {
  for (const [name, step] of steps) {
    // What follows builds on what came before: behind a broken step the rest is not tried.
    if (broken) {
      day.tally.report(name, [`not reached: “${broken}” broke off`]);
      continue;
    }
    const start = Date.now();
    try {
      await step(day);
      console.log(`     ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      broken = name;
      day.tally.report(name, [String(error?.stack ?? error).slice(0, 2000)]);
      for (const p of Object.values(day.people)) {
        console.log(`     ${p.name} is at ${p.page.url()}`);
        await p.page.screenshot({ path: join(day.shots, `broken-${p.name}.png`), fullPage: true }).catch(() => {});
      }
    }
  }
} finally {
  await done();
  const code = await world.stop();
  day.tally.report("the workbench stops when asked", want(code === 0, `exit status ${code}; its last words: ${world.words?.slice(-1000)}`));
  world.clear();
}
console.log(day.tally.line());
process.exit(day.tally.failed > 0 ? 1 : 0);
