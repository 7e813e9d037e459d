// Coding by keyboard only: arrows and s in the text, Enter to the form, names by
// typing, the stance by Space and arrows, Ctrl and Enter to save.
import { want } from "./kit.mjs";

const stances = ["affirms", "affirms-with-conditions", "reserved", "doubts", "rejects"];

/** What the coders find in the paper. sentence counts from 1; extend takes in the next one too. */
export const passages = [
  { words: "International law, the Charter", sentence: 1, proposition: "law-applies", stance: "affirms" },
  { words: "Respect for sovereignty", sentence: 1, extend: true, proposition: "law-sovereignty-rule", stance: "affirms" },
  {
    words: "International humanitarian law", sentence: 1, extend: true, proposition: "law-ihl", stance: "affirms-with-conditions",
    conditions: "its application does not legitimise the militarisation of cyberspace", image: "read",
  },
  { words: "A State that is itself injured", sentence: 2, proposition: "law-cm-collective", stance: "rejects" },
  { words: "On due diligence", sentence: 1, proposition: "law-due-diligence", stance: "reserved" },
];

/** The second coder reads the third passage otherwise. */
export const disputed = "law-ihl";
export const passagesOfTheSecond = passages.map((p) => (p.proposition === disputed ? { ...p, stance: "affirms", conditions: undefined, image: "" } : p));

const here = (page) => page.evaluate(() => {
  const e = document.activeElement;
  return { n: Number(e?.closest(".reader-text .rp")?.dataset.n ?? 0), name: e?.getAttribute("name") ?? "", type: e?.getAttribute("type") ?? "" };
});

/** Presses Tab until the focus is where it should be; counts the presses. */
async function tabTo(page, fits, what, most = 120) {
  for (let i = 0; i <= most; i++) {
    if (fits(await here(page))) return i;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${most} times Tab did not lead to ${what}`);
}

/** Codes one passage and reports what went otherwise than it should. */
async function codeOne(person, p) {
  const { page } = person;
  const problems = [];
  const press = async (key, times = 1) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };
  const n = await page.evaluate((words) => Number([...document.querySelectorAll(".reader-text .rp")].find((e) => e.querySelector(".rp-text")?.textContent.startsWith(words))?.dataset.n ?? 0), p.words);
  if (!n) return [`no paragraph begins with “${p.words}”`];
  let at = (await here(page)).n;
  if (!at) {
    await tabTo(page, (h) => h.n > 0, "the text");
    at = (await here(page)).n;
  }
  await press(n > at ? "ArrowDown" : "ArrowUp", Math.abs(n - at));
  problems.push(...want((await here(page)).n === n, `the arrow keys led to paragraph ${(await here(page)).n}, not ${n}`));
  await press("s", p.sentence);
  if (p.extend) await press("Shift+S");
  const exact = await page.locator('.code-form [name="exact"]').inputValue();
  await press("Enter");
  let on = await here(page);
  problems.push(...want(on.name === "actor" || on.name === "proposition", `Enter led to ${on.name || "no field"}`));
  if (on.name === "actor") {
    await page.keyboard.type("Exampleland");
    await press("ArrowDown");
    await press("Enter");
    await press("Tab");
  }
  await page.keyboard.type(p.proposition);
  await press("ArrowDown");
  await press("Enter");
  problems.push(...want((await page.locator('.code-form [name="proposition"]').inputValue()) === p.proposition, "the choice of the proposition did not stay"));
  problems.push(...want((await page.locator('.code-form [name="stance"]:checked').count()) === 0, "a stance was chosen before anybody chose one"));
  await tabTo(page, (h) => h.type === "radio", "the stance", 10);
  await press("Space");
  await press("ArrowDown", stances.indexOf(p.stance));
  const chosen = await page.locator('.code-form [name="stance"]:checked').inputValue();
  problems.push(...want(chosen === p.stance, `the stance became ${chosen}`));
  if (p.conditions) {
    await tabTo(page, (h) => h.name === "conditions", "the conditions", 10);
    await page.keyboard.type(p.conditions);
  }
  if (p.image) await person.picture(p.image);
  await press("Control+Enter");
  await page.locator(".reader-status", { hasText: p.proposition }).waitFor();
  on = await here(page);
  problems.push(...want(on.n === n, `after saving the focus is in paragraph ${on.n}, not ${n}`));
  const marked = (await page.locator(`#p${n} mark`).allInnerTexts()).join("");
  problems.push(...want(exact !== "" && marked.includes(exact.trim()), `the passage “${exact}” is not marked in the text: “${marked}”`));
  return problems;
}

/** Codes all passages; the person stands on the reading page. */
export async function code(person, list) {
  for (const p of list) {
    try {
      person.report(`codes ${p.proposition} by keyboard only`, await codeOne(person, p));
    } catch (error) {
      person.report(`codes ${p.proposition} by keyboard only`, [String(error)]);
    }
  }
  const own = await person.page.locator("#all-codings > li").count();
  person.report("sees its own codings listed", want(own === list.length, `${own} codings are listed, want ${list.length}`));
}
