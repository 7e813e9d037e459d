// The same without JavaScript: a text is brought in and a passage coded through
// the plain forms.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { annex, makeDOCX } from "./day_paper.mjs";
import { Person } from "./day_person.mjs";
import { axe, fileName, overflow, want } from "./kit.mjs";

/** A person whose browser runs no scripts. axe does, so a second browser context shows it the same page. */
class Plain extends Person {
  async look(what, { problems = [] } = {}) {
    const twin = await this.day.browser.newContext({ storageState: await this.context.storageState(), viewport: { width: 360, height: 800 }, reducedMotion: "reduce" });
    const page = await twin.newPage();
    await page.route("**/*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    await page.goto(this.page.url(), { waitUntil: "networkidle" });
    const found = [...problems, ...(await overflow(page)), ...(await axe(page)).map((s) => `at 360 px: ${s}`)];
    await page.setViewportSize({ width: 1280, height: 900 });
    found.push(...(await axe(page)));
    await twin.close();
    await this.page.screenshot({ path: join(this.day.shots, `day-plain-${fileName(what)}.png`), fullPage: true });
    this.report(`without JavaScript: ${what}`, [...found, ...this.complaints.splice(0)]);
  }
}

export async function plain(day) {
  const p = await Plain.enter(day, "coder-b", { javaScriptEnabled: false });
  day.people.plain = p;
  await p.signIn();
  const { page } = p;
  await p.go("/desk/documents/new");
  const why = makeDOCX(annex, day.world.folder, "annex");
  if (why === "missing") await page.locator('[name="text"]').fill(annex.parts.flatMap(([h, list]) => [h, ...list]).join("\n\n")); // the script that runs this counts the skip
  else if (why) throw new Error(why);
  else await page.locator('[name="file"]').setInputFiles(join(day.world.folder, "annex.docx"));
  for (const name of ["title", "author", "date"]) await page.locator(`[name="${name}"]`).fill(annex[name]);
  await page.locator('[name="kind"]').selectOption("position-paper");
  await page.locator('[name="text_of"]').fill("Exampleland (synthetic)");
  await p.press(page.locator(".upload-form button[type=submit]"));
  const sentence = "Exampleland therefore holds that international law protects small States in particular.";
  const n = await page.locator(".reader-text .rp", { hasText: sentence }).getAttribute("data-n");
  await p.look("the text of the annex", { problems: want((await page.locator(".reader-text .rp-text").allInnerTexts()).some((s) => s.includes(sentence)), "the text was read without its last sentence") });

  // What is missing is told, and what was typed stays.
  const form = page.locator("form.code-form");
  await form.locator('[name="exact"]').fill(sentence);
  await form.locator('[name="proposition"]').fill("");
  p.fits = (what) => what === 400;
  await p.press(form.locator("button[type=submit]"));
  p.fits = () => false;
  p.report("without JavaScript: a form that lacks something says what, and keeps the rest", [
    ...want((await form.locator(".field-error").count()) === 1, `${await form.locator(".field-error").count()} fields are marked, want 1`),
    ...want((await form.locator('[name="exact"]').inputValue()) === sentence, "the passage is gone"),
  ]);
  await form.locator('[name="paragraph"]').fill(n ?? "");
  await form.locator('[name="actor"]').fill("Exampleland (synthetic)");
  await form.locator('[name="proposition"]').fill("law-small-states");
  await form.locator('[name="stance"][value="affirms"]').check();
  await p.press(form.locator("button[type=submit]"));
  const marked = await page.locator(`#p${n} mark`).allInnerTexts();
  await p.look("the annex with a coding", {
    problems: [
      ...want(marked.join("") === sentence, `marked is “${marked.join("")}”`),
      ...want((await page.locator(".note-done").innerText()).includes("law-small-states"), "the page does not say what was coded"),
    ],
  });
  const file = await page.request.get(`${new URL(page.url()).pathname}/file`);
  if (!why) p.report("without JavaScript: the original file comes back as it was", want(readFileSync(join(day.world.folder, "annex.docx")).equals(await file.body()), "the bytes differ"));
  await p.signOut();
  await p.leave();
  delete day.people.plain;
}
