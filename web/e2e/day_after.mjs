// After the publication: somebody challenges a record, an import goes wrong,
// yesterday's version comes back, the figures are taken away as a workbook.
import { join } from "node:path";
import { fixture } from "./day_world.mjs";
import { want } from "./kit.mjs";
import { Person } from "./day_person.mjs";
import { checkComparison, comparison, pair } from "./day_public.mjs";
import { textOfXLSX } from "./day_xlsx.mjs";

export const yesterdays = "exampleland-law-human-rights-2026-03-02";

/** A reader disputes a record; the mark stands where the public sees its figure, until the editor answers. */
export async function challenge(day) {
  const { editor, public: anybody } = day.people;
  const at = (await comparison(anybody)).get("law-cm-collective");
  const id = at.evidence[0]?.id;
  const lawyer = (day.people.lawyer = await Person.enter(day, "lawyer"));
  await lawyer.signIn("/desk/challenges");
  await lawyer.look("the challenges, none yet");
  const words = "The paragraph speaks of countermeasures with force only (a synthetic challenge).";
  await lawyer.page.locator("summary", { hasText: "Challenge a record" }).click();
  await lawyer.page.locator('.talk-form [name="record"]').fill(`statements:${id}`);
  await lawyer.page.locator('.talk-form [name="text"]').fill(words);
  await lawyer.press(lawyer.page.getByRole("button", { name: "Challenge the record" }));
  await lawyer.look("the challenges");
  const marked = async () => {
    await anybody.go(pair);
    return (await anybody.page.locator("#p-law-cm-collective").textContent()).replace(/\s+/g, " ");
  };
  let text = await marked();
  const { page } = anybody;
  await page.locator("#p-law-cm-collective details").first().evaluate((d) => (d.open = true));
  await page.locator("#p-law-cm-collective").scrollIntoViewIfNeeded();
  await anybody.look("a challenged record in the public comparison", {
    image: "challenged",
    problems: [...want(text.includes("challenged"), "the figure has no mark"), ...want(text.includes(words), "the challenge does not stand beside the evidence")],
  });
  await editor.go("/desk/challenges");
  await editor.page.locator("summary", { hasText: "Answer" }).click();
  await editor.page.locator('[name="answer"]').fill("The paragraph was read again; it speaks of countermeasures without that limit (synthetic).");
  await editor.press(editor.page.getByRole("button", { name: "Answer the challenge" }));
  await editor.look("the challenges, answered", { problems: want((await editor.done()) !== "", "nothing was said to be done") });
  text = await marked();
  anybody.report("an answered challenge marks the figure no more", want(!/\d+ challenged|challenged(?! and)/i.test(text.replace(words, "")) , "the mark is still there"));
}

/** The editor imports a table in which a column slipped, and publishes it. */
export async function mistake(day) {
  const { editor, public: anybody } = day.people;
  const { page } = editor;
  day.before = new Date().toISOString();
  await editor.go("/desk/import");
  await editor.look("the import");
  await page.locator('[name="file"]').setInputFiles(fixture("mistake.csv"));
  await page.locator('[name="table"]').selectOption("statements");
  await editor.press(page.locator(".import-form button[type=submit]"));
  await editor.look("the settings of the import");
  await editor.press(page.locator("main form .button-primary"));
  const row = (await page.locator("table.plan tbody tr").first().innerText()).replace(/\s+/g, " ");
  await editor.look("the preview of the import", { problems: want(/changed/.test(row) && row.includes("rejects"), `the row does not say that a record changes to rejects: ${row}`) });
  await page.locator('.apply-form [name="state"][value="published"]').check();
  await editor.press(page.locator(".apply-form button[type=submit]"));
  await editor.look("the report of the import");
  await checkComparison(anybody, "after a mistake", { "law-human-rights": ["differ", "rejects"] }, { short: true });
  await checkComparison(anybody, "as it was known before the mistake", { "law-human-rights": ["agree", "affirms"] }, { query: `?known_at=${day.before}`, short: true });
}

/** The editor brings back yesterday's version, and the comparison goes back. */
export async function restore(day) {
  const { editor, public: anybody } = day.people;
  const { page } = editor;
  await editor.go("/desk/log?kind=statements");
  await editor.look("the change log");
  await editor.press(page.getByRole("link", { name: yesterdays }).first());
  const first = page.locator("article", { has: page.locator("#v-1") });
  const yesterday = new Date(Date.now() - 24 * 3600 * 1000).toISOString().slice(0, 10);
  const made = (await first.locator("time").first().getAttribute("datetime")) ?? "";
  await first.getByText("Bring back version 1").first().click();
  await page.locator("#v-2").evaluate((e) => e.scrollIntoView());
  await editor.look("the history of a record", { image: "history", problems: want(made.startsWith(yesterday), `version 1 is of ${made}, not of yesterday (${yesterday})`) });
  await first.getByLabel("Why", { exact: false }).fill("The import was wrong: a column had slipped.");
  await editor.press(first.getByRole("button", { name: "Bring back version 1" }));
  await editor.look("the history after bringing back", { problems: want((await editor.done()).includes("Version 1 was brought back"), `said was “${await editor.done()}”`) });
  await checkComparison(anybody, "with yesterday’s version again", { "law-human-rights": ["agree", "affirms"] }, { short: true });
}

/** A reader takes the comparison and the published statements away as workbooks; who has no account does not. */
export async function workbook(day) {
  const { lawyer, public: anybody } = day.people;
  const refused = await anybody.page.request.get(`${pair}.xlsx`);
  anybody.report("export needs an account", want(refused.status() === 401, `${pair}.xlsx answered ${refused.status()}, want 401`));
  await lawyer.go("/desk/export");
  await lawyer.look("the export");
  await lawyer.page.locator('[name="table"]').selectOption("statements");
  await lawyer.page.locator('[name="form"]').selectOption("xlsx");
  await lawyer.page.locator('[name="actor"]').fill("exampleland");
  await save(lawyer, () => lawyer.page.locator("form.filters button[type=submit]").click(), "statements", ["exampleland", "law-cm-collective", "rejects", "CC-BY-4.0"], ["coder-b"]);
  await lawyer.go(pair);
  await save(lawyer, () => lawyer.page.locator(`.twins a[href*=".xlsx"]`).click(), "comparison", ["Exampleland (synthetic)", "law-cm-collective", "CC-BY-4.0"], []);
}

/** Saves what a click gives, and reads it. */
async function save(person, click, name, has, hasNot) {
  const [download] = await Promise.all([person.page.waitForEvent("download"), click()]);
  const path = join(person.day.world.saved, `${name}.xlsx`);
  await download.saveAs(path);
  const { sheets, text } = textOfXLSX(person.day.world.read(path));
  person.report(`exports the ${name} as a workbook`, [
    ...want(sheets.length >= 4, `its sheets are ${sheets.join(", ")}: want data, sources, codebook and read-me`),
    ...has.flatMap((s) => want(text.includes(s), `it does not hold “${s}”`)),
    ...hasNot.flatMap((s) => want(!text.includes(s), `it holds “${s}”, which is not public`)),
  ]);
}

export async function signOut(day) {
  for (const [name, p] of Object.entries(day.people)) {
    if (name !== "public") {
      await p.go("/desk");
      await p.signOut();
    }
    await p.leave();
  }
}
