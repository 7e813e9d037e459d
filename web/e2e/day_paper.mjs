// The position papers of the day, made in the test: of a State that does not
// exist, and saying so. Real files (PDF by the browser, DOCX by LibreOffice), so
// that the text is really extracted.
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const paper = {
  title: "Position of Exampleland on international law in cyberspace (synthetic)",
  author: "Ministry of Foreign Affairs of Exampleland (synthetic)",
  date: "2026-09-14",
  parts: [
    ["Introduction", [
      "This paper is synthetic. It was written for a test of software; Exampleland does not exist, and no State holds the views below because they stand here.",
      "Exampleland presents its national position on how international law governs the conduct of States in cyberspace. It does so in the hope that others will publish theirs.",
    ]],
    ["General", [
      "International law, the Charter of the United Nations included, applies to what States do with information and communications technologies. Exampleland sees no gap that a new treaty would have to fill first.",
      "Respect for sovereignty is a rule of its own. A cyber operation can breach it even where it is neither an intervention nor a use of force.",
    ]],
    ["Armed conflict", [
      "International humanitarian law applies to cyber operations in an armed conflict. This holds on the understanding that its application does not legitimise the militarisation of cyberspace.",
      "Exampleland recalls that the principles of distinction and proportionality protect civilians who depend on digital services.",
    ]],
    ["Responses", [
      "A State that is itself injured may respond within the limits of the law. Exampleland does not accept that a State that is not injured may take countermeasures in support of another.",
      "On due diligence Exampleland has not yet decided. It is studying how an obligation not to let one’s territory be used could be applied in practice.",
    ]],
    ["Closing", ["Exampleland will review this paper in three years and invites comments."]],
  ],
};

export const annex = {
  title: "Annex to the position of Exampleland (synthetic)",
  author: "Ministry of Foreign Affairs of Exampleland (synthetic)",
  date: "2026-09-21",
  parts: [
    ["Small States", [
      "This annex is synthetic too. It was made for a test.",
      "For a small State the protection of international law is the first line of defence. Exampleland therefore holds that international law protects small States in particular.",
    ]],
  ],
};

const html = (p) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${p.title}</title></head><body><h1>${p.title}</h1><p>${p.author}, ${p.date}</p>
${p.parts.map(([h, list]) => `<h2>${h}</h2>\n${list.map((x) => `<p>${x}</p>`).join("\n")}`).join("\n")}</body></html>`;

/** Prints a paper to a PDF file. */
export async function makePDF(browser, p, path) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.setContent(html(p));
  await page.pdf({ path, format: "A4", margin: { top: "2cm", bottom: "2cm", left: "2.5cm", right: "2.5cm" } });
  await context.close();
}

/** Writes a paper as DOCX; "" or why it could not. */
export function makeDOCX(p, folder, name) {
  const from = join(folder, `${name}.html`);
  writeFileSync(from, html(p));
  const profile = pathToFileURL(join(folder, "office")).href; // not the one of who runs the test
  const done = spawnSync(
    "soffice",
    [`-env:UserInstallation=${profile}`, "--headless", "--infilter=HTML (StarWriter)", "--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, from],
    { encoding: "utf8", timeout: 120_000 },
  );
  if (done.error?.code === "ENOENT") return "missing";
  return existsSync(join(folder, `${name}.docx`)) ? "" : `soffice made no file: ${done.error?.message ?? ""}${done.stdout}${done.stderr}`;
}
