// From drafts to the public: the coders hand in, agreement is measured, a
// reviewer settles the one disagreement and accepts, the editor publishes.
import { want } from "./kit.mjs";
import { disputed, passages } from "./day_code.mjs";

/** Both coders hand in all that they coded in the paper. */
export async function handIn(day) {
  for (const name of ["coder-a", "coder-b"]) {
    const p = day.people[name];
    await p.go("/desk/drafts");
    await p.press(p.page.getByRole("link", { name: "Tick all on this page" }));
    const ticked = await p.page.locator('[name="record"]:checked').count();
    await p.look("my drafts, ticked");
    await p.press(p.page.getByRole("button", { name: "Hand in for review" }));
    p.report("hands in all drafts", want(ticked >= passages.length && (await p.page.locator('[name="record"]').count()) === 0, `${ticked} were ticked; “${await p.done()}”; drafts are left`));
  }
}

/**
 * The figures of the independent codings. Planted: 5 units, 4 of 5 pairs the
 * same. Krippendorff's alpha by hand: of the 10 judgments 5 affirm, 1 affirms
 * with conditions, 2 reject, 2 are reserved; observed disagreement 2/10, expected
 * 1 - (5·4 + 1·0 + 2·1 + 2·1)/(10·9) = 66/90; 1 - 0.2/0.7333 = 0.727.
 */
export async function reliability(day) {
  const { reviewer } = day.people;
  await reviewer.go("/desk/reliability");
  const lede = await reviewer.page.locator(".lede").innerText();
  const all = (await reviewer.page.locator("table.figures tbody tr").first().innerText()).replace(/\s+/g, " ");
  await reviewer.look("how far coders agree", {
    image: "reliability",
    problems: [
      ...want(/judged 5 units .*: 4 of 5 pairs/.test(lede), `the page says “${lede}”; planted were 5 units and 4 of 5 pairs that agree`),
      ...["0.73", "80"].flatMap((s) => want(all.includes(s), `the line of all codings does not hold ${s}: ${all}`)),
    ],
  });
}

/** The reviewer finds one disagreement, reads both codings and keeps the first coder's. */
export async function settle(day) {
  const { reviewer } = day.people;
  const { page } = reviewer;
  await reviewer.go("/desk/disagreements");
  const units = await page.locator(".units > li").count();
  await reviewer.look("the disagreements", { problems: want(units === 1, `${units} disagreements are open, want 1 (${disputed})`) });
  await reviewer.press(page.getByRole("link", { name: "Settle it" }).first());
  await reviewer.look("one disagreement", { image: "settle" });
  await page.getByLabel(/that of coder-a: affirms with conditions/).check();
  await page.getByLabel("Reason", { exact: false }).fill("The second sentence of the paragraph is a condition (synthetic).");
  await reviewer.press(page.getByRole("button", { name: "Settle", exact: true }));
  const shown = (await page.locator("main").innerText()).replace(/\s+/g, " ");
  await reviewer.look("the settlement beside both codings", {
    problems: [
      ...want((await reviewer.done()).includes("in review"), `said was “${await reviewer.done()}”; a reviewer settles, an editor publishes`),
      ...["coder-a", "coder-b", "is a condition (synthetic)"].flatMap((s) => want(shown.includes(s), `the page does not show ${s}`)),
    ],
  });
  await reviewer.go("/desk/disagreements");
  reviewer.report("nothing is left to settle", want((await page.locator(".units > li").count()) === 0, "a disagreement is still open"));
}

/** The reviewer accepts the first coder's records and takes out those that say the same once more. */
export async function review(day) {
  const { reviewer } = day.people;
  const { page } = reviewer;
  await reviewer.go("/desk/queue?coder=coder-a&tick=all");
  const n = await page.locator('[name="record"]:checked').count();
  await page.locator(".queue-count").evaluate((e) => e.scrollIntoView());
  await reviewer.look("the records in review", { problems: want(n === passages.length, `${n} records of coder-a are in review, want ${passages.length}`) });
  await reviewer.press(page.getByRole("button", { name: "Accept" }));
  reviewer.report("accepts five", want((await reviewer.done()).includes(`${passages.length} records were accepted`), `said was “${await reviewer.done()}”`));
  await reviewer.go("/desk/queue?coder=coder-b&tick=all");
  await page.getByLabel("Reason", { exact: false }).fill("The first coder’s record says the same and stands (synthetic).");
  await reviewer.press(page.getByRole("button", { name: "Retire" }));
  reviewer.report("takes out the doubles", want((await reviewer.done()).includes(`${passages.length - 1} records were retired`), `said was “${await reviewer.done()}”`));
}

/** The editor publishes what was accepted. */
export async function publish(day) {
  const { editor } = day.people;
  await editor.go("/desk");
  await editor.look("what waits for the editor");
  await editor.go("/desk/queue?accepted=yes&tick=all");
  await editor.press(editor.page.getByRole("button", { name: "Publish" }));
  await editor.look("what is left in review", { problems: want((await editor.done()).includes(`${passages.length} records are public now`), `said was “${await editor.done()}”`) });
}
