// Island "swap": sends the forms inside it and puts the answer's page in its own
// place, part for part, so that a long page keeps its place. Without it the page
// is loaded again.
//
//   <div data-island="swap" data-failed="…" id="…"> … forms … </div>
import { el, islands } from "./lib/dom";

islands("swap", (root) => {
  const status = el("p", { class: "swap-status", role: "status" });
  root.before(status);
  let busy = false;
  root.addEventListener("submit", (e) => {
    const form = e.target as HTMLFormElement;
    if (form.method !== "post" || form.enctype === "multipart/form-data") return;
    e.preventDefault();
    if (!busy) void send(form, e.submitter);
  });

  async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    busy = true;
    const button = submitter instanceof HTMLButtonElement && submitter.name !== "" ? submitter : null;
    const data = button ? new FormData(form, button) : new FormData(form);
    const body = new URLSearchParams();
    for (const [name, value] of data) if (typeof value === "string") body.append(name, value);
    try {
      const reply = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" }, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      const part = page.getElementById(root.id);
      if (!part) return location.assign(reply.url); // signed out, or an error that has a page of its own
      root.replaceChildren(...part.childNodes);
      const words = page.querySelector("main > .note-done p, main [role=alert] p");
      status.textContent = words?.textContent ?? "";
      if (button) root.querySelector<HTMLElement>(`button[name="${CSS.escape(button.name)}"][value="${CSS.escape(button.value)}"]`)?.focus(); // the same one as before
    } catch {
      status.textContent = root.dataset.failed ?? "";
    } finally {
      busy = false;
    }
  }
});
