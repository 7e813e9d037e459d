// The steps of the day, in their order. Each is [name, function of the day].
import { join } from "node:path";
import { want } from "./kit.mjs";
import { code, passages, passagesOfTheSecond } from "./day_code.mjs";
import { challenge, mistake, restore, signOut, workbook, yesterdays } from "./day_after.mjs";
import { makePDF, paper } from "./day_paper.mjs";
import { Person } from "./day_person.mjs";
import { plain } from "./day_plain.mjs";
import { checkComparison } from "./day_public.mjs";
import { handIn, publish, reliability, review, settle } from "./day_review.mjs";
import { allPages } from "./day_routes.mjs";
import { fixture } from "./day_world.mjs";

/** What the comparison is before anything is published: only yesterday's record counts. */
const before = {
  "law-human-rights": ["agree", "affirms"],
  "law-applies": ["one-silent", ""],
  "law-sovereignty-rule": ["one-silent", ""],
  "law-ihl": ["one-silent", ""],
  "law-cm-collective": ["one-silent", ""],
  "law-due-diligence": ["one-silent", ""],
};

/** What it is when the five codings are public: Estonia affirms each of these. */
const after = {
  "law-human-rights": ["agree", "affirms"],
  "law-applies": ["agree", "affirms"],
  "law-sovereignty-rule": ["agree", "affirms"],
  "law-ihl": ["agree-in-part", "affirms-with-conditions"],
  "law-cm-collective": ["differ", "rejects"],
  "law-due-diligence": ["one-silent", "reserved"], // reserved counts as a silence
};

async function open(day) {
  const said = day.world.make();
  await day.world.serve();
  day.tally.report("init makes a workbench from the corpus", want(/A new workbench with \d+ records of the corpus cybernorms/.test(said[0]), said[0]));
  day.people.public = await Person.enter(day, "public");
  await checkComparison(day.people.public, "in the morning", before);
}

async function signIn(day) {
  for (const name of ["editor", "coder-a", "coder-b", "reviewer", "admin"]) {
    const p = (day.people[name] = await Person.enter(day, name));
    await p.signIn();
  }
  const p = await Person.enter(day, "nobody");
  await p.go("/signin");
  await p.look("the sign-in page");
  await p.leave();
}

async function upload(day) {
  const { editor } = day.people;
  const file = join(day.world.folder, "exampleland.pdf");
  await makePDF(day.browser, paper, file);
  await editor.go("/desk/documents");
  await editor.look("the documents, none yet");
  await editor.press(editor.page.getByRole("link", { name: "Bring in a text" }));
  const page = editor.page;
  await page.getByLabel("File").setInputFiles(file);
  await page.getByLabel("Title").fill(paper.title);
  await page.getByLabel("Author").fill(paper.author);
  await page.getByLabel("Date").fill(paper.date);
  await page.getByLabel("Kind", { exact: false }).selectOption("position-paper");
  await page.locator('[name="text_of"]').pressSequentially("exampleland");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator('[name="lang"]').fill("en");
  await page.locator('[name="status"]').selectOption("official");
  await editor.look("the form to bring in a text");
  await editor.press(page.locator(".upload-form button[type=submit]"));
  day.document = new URL(page.url()).pathname.split("/").at(-1);
  const text = (await page.locator(".reader-text .rp-text").allInnerTexts()).join("\n");
  const missing = paper.parts.flatMap(([, list]) => list).filter((s) => !text.includes(s));
  await editor.look("the text of the paper", { problems: missing.map((s) => `the PDF was read without: ${s}`) });
}

async function give(day) {
  const { editor } = day.people;
  await editor.go("/desk/tasks");
  const page = editor.page;
  await page.locator("#f-document").selectOption(day.document);
  for (const name of ["coder-a", "coder-b"]) await page.getByLabel(name, { exact: true }).check();
  await page.locator("[name=blind]").check();
  await editor.press(page.getByRole("button", { name: "Give it to them" }));
  await editor.look("the tasks");
}

/** A coder finds the task, opens it and codes. */
async function codes(day, name, list) {
  const p = day.people[name];
  await p.go("/desk");
  await p.look("what waits for a coder");
  await p.press(p.page.getByRole("link", { name: paper.title }).first());
  p.report("finds the paper among what waits", want(p.page.url().endsWith(`/desk/read/${day.document}`), `arrived at ${p.page.url()}`));
  p.report("sees nobody else’s codings in a blind task", want((await p.page.locator("#all-codings > li, .reader-text mark").count()) === 0, "there are codings or marks before the first was made"));
  await code(p, list);
  await p.look("the reading page with codings");
}

/** Both are done, and see each other’s codings only then. */
async function finish(day) {
  const seen = async (p) => {
    await p.go(`/desk/read/${day.document}`);
    return p.page.locator("#all-codings > li").count();
  };
  const { "coder-a": a, "coder-b": b } = day.people;
  for (const p of [a, b]) {
    const n = await seen(p);
    p.report("sees only its own while the other codes", want(n === passages.length, `${n} codings are listed, want ${passages.length}`));
    await p.press(p.page.getByRole("button", { name: "I am done" }));
    await p.look("the reading page when one coder is done");
  }
  for (const p of [a, b]) {
    const n = await seen(p);
    p.report("sees both when both are done", want(n === 2 * passages.length, `${n} codings are listed, want ${2 * passages.length}`));
  }
}

async function every(day) {
  const { admin } = day.people;
  const bringIn = async (table) => {
    await admin.go("/desk/import");
    await admin.page.locator('[name="file"]').setInputFiles(fixture(`${table}.csv`));
    await admin.page.locator('[name="table"]').selectOption(table);
    await admin.press(admin.page.locator(".import-form button[type=submit]"));
    await admin.page.locator('[name="save-as"]').fill(`our ${table}`);
    await admin.press(admin.page.locator("main form .button-primary"));
    return new URL(admin.page.url()).pathname;
  };
  // An import is its owner's alone: one that is done (and changes nothing, since all of it is there), and one that waits.
  await bringIn("sources");
  await admin.page.locator('.apply-form [name="state"][value="published"]').check();
  await admin.press(admin.page.locator(".apply-form button[type=submit]"));
  const report = new URL(admin.page.url()).pathname;
  // These are what no link leads to, or a script or a form asks for.
  await allPages(admin, [
    report, await bringIn("statements"), `/desk/read/${day.document}/candidates?paragraph=7`, "/desk/disagreements?show=settled",
    "/desk/export/choose?table=actors&form=csv", `/desk/discuss?record=${encodeURIComponent(`statements:${yesterdays}`)}`,
  ]);
}

export const steps = [
  ["a workbench is made and opened", open],
  ["five people sign in", signIn],
  ["the editor brings in the paper", upload],
  ["the editor gives it to two coders, blind", give],
  ["the first coder codes five passages by keyboard", (day) => codes(day, "coder-a", passages)],
  ["the second coder codes the same", (day) => codes(day, "coder-b", passagesOfTheSecond)],
  ["both are done", finish],
  ["both hand in", handIn],
  ["agreement is measured", reliability],
  ["a reviewer settles the disagreement", settle],
  ["a reviewer accepts", review],
  ["the public sees nothing of it yet", (day) => checkComparison(day.people.public, "before the publication", before, { short: true })],
  ["the editor publishes", publish],
  ["the public comparison has changed", (day) => checkComparison(day.people.public, "after the publication", after)],
  ["a record is challenged and answered", challenge],
  ["an import goes wrong", mistake],
  ["yesterday’s version is brought back", restore],
  ["the figures are taken away as workbooks", workbook],
  ["a passage is coded without JavaScript", plain],
  ["the administrator looks at every page", every],
  ["everybody signs out", signOut],
];
