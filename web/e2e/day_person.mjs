// One person at a browser of their own: signs in, goes to pages, looks at them.
// Looking is the check of every page: nothing to complain about, axe-core finds
// nothing at 1280 and 360 px, nothing is wider than the window.
import { join } from "node:path";
import { axe, fileName, listen, overflow, want } from "./kit.mjs";
import { passwordOf } from "./day_world.mjs";

const wide = { width: 1280, height: 900 };
const narrow = { width: 360, height: 800 };

export class Person {
  /** day has world, browser, tally, shots and images (a folder for the documents, or ""). */
  constructor(day, name) {
    Object.assign(this, { day, name, complaints: [], fits: () => false });
  }

  static async enter(day, name, more = {}) {
    const p = new this(day, name);
    p.context = await day.browser.newContext({ viewport: wide, reducedMotion: "reduce", baseURL: day.world.base, ...more });
    p.context.setDefaultTimeout(30_000);
    p.page = await p.context.newPage();
    listen(p.page, day.world.base, p.complaints, (what, r) => what === "net::ERR_ABORTED" || p.fits(what, r)); // a page that is left ends its requests
    return p;
  }

  report(name, problems) {
    this.day.tally.report(`${this.name}: ${name}`, problems);
  }

  async go(path) {
    await this.page.goto(path, { waitUntil: "networkidle" });
  }

  /** What the page says was done, "" for nothing. */
  async done() {
    const note = this.page.locator("main .note-done");
    return (await note.count()) > 0 ? (await note.innerText()).trim() : "";
  }

  /** Signs in by keyboard and arrives at a page. */
  async signIn(next = "/desk") {
    await this.page.goto(`/signin?next=${encodeURIComponent(next)}`, { waitUntil: "networkidle" });
    await this.page.getByLabel("Name").focus();
    await this.page.keyboard.type(this.name);
    await this.page.keyboard.press("Tab");
    await this.page.keyboard.type(passwordOf(this.name));
    await Promise.all([this.page.waitForURL((u) => u.pathname !== "/signin"), this.page.keyboard.press("Enter")]);
    await this.page.waitForLoadState("networkidle");
    this.report("signs in by keyboard", [
      ...want(new URL(this.page.url()).pathname === next, `arrived at ${this.page.url()}, want ${next}`),
      ...want((await this.page.getByRole("button", { name: "Sign out" }).count()) === 1, "the page offers no way to sign out"),
    ]);
  }

  async signOut() {
    await this.press(this.page.getByRole("button", { name: "Sign out" }));
    await this.go("/desk");
    this.report("signs out, and the workbench is closed", [
      ...want(new URL(this.page.url()).pathname === "/signin", `/desk can still be read: ${this.page.url()}`),
      ...want((await this.page.getByLabel("Password").count()) === 1, "no form to sign in"),
      ...(await this.context.cookies()).filter((c) => /session/i.test(c.name) && c.value).map((c) => `the cookie ${c.name} is still there`),
    ]);
  }

  /** Presses a button or follows a link that leads to another page. */
  async press(locator) {
    await Promise.all([this.page.waitForNavigation({ waitUntil: "networkidle" }), locator.click()]);
  }

  /** Looks at the page as it stands. image: its picture for the documents. */
  async look(what, { image = "", problems = [] } = {}) {
    const found = [...problems];
    await this.page.waitForLoadState("networkidle");
    // The same page for another person of the same role is not judged twice.
    if (this.day.seen.has(what)) return this.report(what, [...found, ...this.complaints.splice(0)]);
    this.day.seen.add(what);
    if (image) await this.picture(image);
    found.push(...(await axe(this.page)));
    await this.page.setViewportSize(narrow);
    found.push(...(await overflow(this.page)), ...(await axe(this.page)).map((s) => `at 360 px: ${s}`));
    await this.page.screenshot({ path: join(this.day.shots, `day-${fileName(what)}-360.png`), fullPage: true });
    await this.page.setViewportSize(wide);
    await this.page.screenshot({ path: join(this.day.shots, `day-${fileName(what)}.png`), fullPage: true });
    found.push(...this.complaints.splice(0));
    this.report(what, found);
  }

  /** A picture of what the window shows. */
  async picture(name) {
    const file = `desk-${name}.png`;
    for (const folder of [this.day.shots, this.day.images]) if (folder) await this.page.screenshot({ path: join(folder, file) });
  }

  async leave() {
    this.report("nothing to complain about", this.complaints.splice(0));
    await this.context.close();
  }
}
