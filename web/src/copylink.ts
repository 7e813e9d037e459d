// Island "copylink": shows the hidden button and copies the page's address.
import { islands } from "./lib/dom";
import { messages } from "./lib/text";

const english = { copied: "Link copied", failed: "Could not copy; the address is in the address bar" };

/** Copies by the clipboard interface, or by a selection where that is missing (plain http on another host). */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

islands("copylink", (button) => {
  const words = messages(button.dataset.messages, english);
  const status = document.createElement("span");
  status.className = "copy-link-status";
  status.setAttribute("role", "status");
  button.after(status);
  button.hidden = false;
  let timer = 0;
  button.addEventListener("click", async () => {
    const url = new URL(button.dataset.url ?? location.href, location.href).href;
    const done = await copy(url);
    button.focus();
    status.textContent = done ? words.copied : words.failed;
    clearTimeout(timer);
    timer = window.setTimeout(() => (status.textContent = ""), 6000);
  });
});
