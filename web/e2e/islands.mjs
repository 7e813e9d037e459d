// What each island must do, by keyboard. Every check returns [title, problems] pairs.

const focused = (page) => page.evaluate(() => ({ code: document.activeElement?.dataset?.code, row: document.activeElement?.dataset?.row, col: document.activeElement?.dataset?.col }));
const want = (ok, problem) => (ok ? [] : [problem]);

export async function checkMap(page) {
  const out = [];
  const tiles = page.locator("svg.tilemap a.tile");
  const n = await tiles.count();
  out.push(["the Tab key stops once in the map", want((await page.locator('svg.tilemap a.tile[tabindex="0"]').count()) === 1, "not exactly one tile in the order of the Tab key")]);
  await page.locator('svg.tilemap a.tile[data-code="FRA"]').focus();
  await page.keyboard.press("ArrowRight");
  const right = await focused(page);
  await page.keyboard.press("ArrowLeft");
  const back = await focused(page);
  await page.keyboard.press("ArrowDown");
  const down = await focused(page);
  out.push(["arrow keys move between tiles", [
    ...want(right.code && right.code !== "FRA", `ArrowRight went to ${right.code}`),
    ...want(back.code === "FRA", `ArrowLeft went to ${back.code}, not back to FRA`),
    ...want(Number(down.row) > Number(back.row), `ArrowDown went to ${down.code}`),
  ]]);
  await page.keyboard.type("esto", { delay: 20 });
  const typed = await focused(page);
  const card = await page.locator(".tile-card").textContent();
  out.push(["typing a name finds the tile and the line below reads it", [
    ...want(typed.code === "EST", `typing "esto" went to ${typed.code}`),
    ...want(card?.includes("Estonia"), `the line reads ${card}`),
  ]]);
  const name = await page.locator('svg.tilemap a.tile[data-code="EST"]').ariaSnapshot();
  out.push(["a tile is a link with the state's name", want(/link "?Estonia/.test(name), `snapshot: ${name}`)]);
  const toggle = page.locator(".legend-toggle").first();
  await toggle.focus();
  await page.keyboard.press("Space");
  const dim = await page.locator("svg.tilemap a.tile.is-dim").count();
  out.push(["a legend line filters by keyboard", [
    ...want((await toggle.getAttribute("aria-pressed")) === "true", "not pressed"),
    ...want(dim > 0 && dim < n, `${dim} of ${n} tiles dimmed`),
  ]]);
  await page.keyboard.press("Space");
  out.push(["and shows all again", want((await page.locator("svg.tilemap a.tile.is-dim").count()) === 0, "tiles stay dimmed")]);
  const small = await tiles.evaluateAll((all) => all.filter((a) => a.getBoundingClientRect().width < 24).length);
  out.push(["tiles are at least 24 px wide", want(small === 0, `${small} tiles are smaller`)]);
  return out;
}

export async function checkScale(page) {
  const root = page.locator('[data-island~="scale"]').first();
  const svg = root.locator("svg.scatter");
  const dots = () => svg.locator(".track:not(.is-off) .dot:not(.is-off)").count();
  const all = await dots();
  const out = [["all points are shown at first", want(all > 0, "no point")]];
  const [from, to] = [root.locator("input[type=number]").first(), root.locator("input[type=number]").nth(1)];
  const first = await from.inputValue();
  await from.fill(String(Number(await to.inputValue()) - 3));
  await from.press("Tab");
  const part = await dots();
  const label = await root.locator('[role="status"]').textContent();
  out.push(["a number field narrows the sessions without dragging", [...want(part > 0 && part < all, `${part} of ${all} points`), ...want(label?.includes(await to.inputValue()), `status reads ${label}`)]]);
  const box = root.locator(".row-filter input").first();
  await box.focus();
  await page.keyboard.press("Space");
  out.push(["a state can be hidden", want((await svg.locator(".track.is-off").count()) === 1 && (await dots()) < part, "no track is hidden")]);
  await page.keyboard.press("Space");
  await root.locator("input[type=range]").focus();
  await page.keyboard.press("Home");
  const session = await root.locator("input[type=range]").inputValue();
  const read = await root.locator(".scale-read").innerText();
  out.push(["the slider reads a session off by keyboard", want(read.includes(session) && /\d/.test(read), `session ${session}: ${read}`)]);
  await root.locator(".figure-controls button").last().click();
  out.push(["the last button shows all sessions", want((await dots()) === all && (await from.inputValue()) === first, "not all points are back")]);
  return out;
}

export async function checkTimeline(page) {
  const svg = page.locator("svg.timeline").first();
  const controls = page.locator('[data-island~="timeline"]').first().locator(".figure-controls");
  const shown = () => svg.evaluate((s) => [...s.querySelectorAll(".mark")].filter((m) => !m.classList.contains("is-off")).length);
  const all = await shown();
  const out = [["all marks are shown at first", want(all > 0, "no mark")]];
  const from = controls.locator("input").first();
  const to = controls.locator("input").nth(1);
  const last = await to.inputValue();
  await from.fill(last);
  await from.press("Tab");
  const part = await shown();
  const label = await page.locator(".timeline-status").first().textContent();
  out.push(["a year field narrows the period without dragging", [...want(part < all, `${part} of ${all} marks`), ...want(label?.includes(last), `status reads ${label}`)]]);
  await controls.locator("button").last().focus();
  await page.keyboard.press("Enter");
  out.push(["the last button shows the whole period", want((await shown()) === all, "not all marks are back")]);
  const strip = await svg.locator(".brush-strip").boundingBox();
  // The figure may be taller than the window: bring the strip itself into view.
  await svg.locator(".brush-strip").scrollIntoViewIfNeeded();
  const box = (await svg.locator(".brush-strip").boundingBox()) ?? strip;
  await page.mouse.move(box.x + box.width * 0.5, box.y + 6);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 6, { steps: 4 });
  await page.mouse.up();
  out.push(["dragging over the axis chooses a period", want((await controls.locator("input").first().inputValue()) !== (await svg.evaluate((s) => s.dataset.from.slice(0, 4))), "the period did not change")]);
  await controls.locator("button").last().click();
  const folded = page.locator(".row-filter-fold summary").first();
  if (await folded.count()) {
    await folded.focus();
    await page.keyboard.press("Enter");
    await page.locator(".row-filter input").first().focus();
    await page.keyboard.press("Space");
    out.push(["a row can be hidden", want((await svg.locator(".timeline-row.is-off").count()) === 1, "no row is hidden")]);
    await page.keyboard.press("Space");
  }
  return out;
}

export async function checkCopyLink(page) {
  const button = page.locator('[data-island~="copylink"]').first();
  const out = [["the button is shown", want(await button.isVisible(), "hidden")]];
  await button.focus();
  await page.keyboard.press("Enter");
  await page.waitForTimeout(200);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const wanted = await button.evaluate((b) => new URL(b.dataset.url ?? location.href, location.href).href);
  const status = await page.locator(".copy-link-status").first().textContent();
  out.push(["Enter copies the address and says so", [...want(copied === wanted, `copied ${copied}, want ${wanted}`), ...want(Boolean(status), "no message")]]);
  return out;
}

export async function checkPicker(page) {
  const input = page.locator('[data-island~="actorpicker"] input, input[data-island~="actorpicker"]').first();
  await input.fill("");
  await input.pressSequentially("japa");
  await page.keyboard.press("ArrowDown");
  const active = await input.getAttribute("aria-activedescendant");
  await page.keyboard.press("Enter");
  const value = await input.inputValue();
  return [["typing, ArrowDown and Enter choose a name", [...want(Boolean(active), "nothing is active"), ...want(/jpn|japan/i.test(value), `value is ${value}`)]]];
}

/** In print all evidence is unfolded and nothing interactive is left. */
export async function checkPrint(page) {
  await page.emulateMedia({ media: "print" });
  return page.evaluate(() => {
    const problems = [];
    for (const d of document.querySelectorAll("main details")) {
      const content = [...d.children].find((c) => c.tagName !== "SUMMARY");
      if (content && getComputedStyle(d).display !== "none" && content.getBoundingClientRect().height === 0) problems.push(`folded in print: ${d.querySelector("summary")?.textContent}`);
    }
    for (const b of document.querySelectorAll("main > form, .copy-link, .figure-controls")) {
      if (getComputedStyle(b).display !== "none") problems.push(`shown in print: ${b.className}`);
    }
    return problems.slice(0, 5);
  });
}
