// What the public sees: the comparison of the State of the test with Estonia, as
// a page and as data, by somebody without an account.
import { want } from "./kit.mjs";

export const pair = "/compare/exampleland/est";

/** The outcome under whose heading the page has a proposition, and what the page says of it. */
const onPage = (page, id) =>
  page.evaluate((id) => {
    const row = document.getElementById(`p-${id}`);
    if (!row) return { outcome: "nowhere", text: "" };
    const before = [...document.querySelectorAll("main h2[id]")].filter((h) => h.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
    return { outcome: before.at(-1)?.id ?? "", text: (row.closest("tr") ?? row).textContent.replace(/\s+/g, " ").trim() };
  }, id);

/** The comparison as data: proposition → { outcome, stance } of the State of the test. */
export async function comparison(person, query = "") {
  const answer = await person.page.request.get(`${pair}.json${query}`);
  if (!answer.ok()) throw new Error(`${pair}.json answered ${answer.status()}`);
  const data = await answer.json();
  return new Map(data.propositions.map((p) => [p.id, { outcome: p.outcome, stance: p.positions.exampleland.stance ?? "", evidence: p.positions.exampleland.evidence ?? [] }]));
}

/**
 * Holds the comparison, as data and as a page, against what it should be:
 * proposition → [outcome, stance].
 */
export async function checkComparison(person, when, expected, { query = "", short = false } = {}) {
  const got = await comparison(person, query);
  const problems = [];
  for (const [id, [outcome, stance]] of Object.entries(expected)) {
    const p = got.get(id);
    problems.push(...want(p?.outcome === outcome && p?.stance === stance, `${id}: the data say ${p?.outcome}, ${p?.stance || "no stance"}; want ${outcome}, ${stance || "no stance"}`));
  }
  await person.go(pair + query);
  for (const [id, [outcome]] of Object.entries(expected)) {
    const shown = await onPage(person.page, id);
    problems.push(...want(shown.outcome === outcome, `${id}: the page has it under “${shown.outcome}”, want “${outcome}”: ${shown.text.slice(0, 160)}`));
  }
  // The page is long, and axe slow on it: it is looked at in the morning and after the publication.
  if (short) person.report(`the public comparison ${when}`, [...problems, ...person.complaints.splice(0)]);
  else await person.look(`the public comparison ${when}`, { problems });
  return got;
}
