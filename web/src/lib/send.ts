// Sending a form of the workbench and reading the answer as data.

/** What the server answers to a form of the reading page. */
export interface Answer {
  ok: boolean;
  status: number; // 0: no answer
  trouble?: "offline" | "signedout";
  message?: string;
  errors?: { field: string; message: string }[];
  paragraphs?: Record<string, string>; // number → inner HTML of its words
  coding?: string; // whose rows are taken out before those below are put in
  rows?: Record<string, string>; // id → HTML of the row
  count?: string;
  readings?: string; // HTML of the list
}

export async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Answer> {
  const body = new URLSearchParams();
  const data = submitter instanceof HTMLButtonElement && submitter.name !== "" ? new FormData(form, submitter) : new FormData(form);
  for (const [name, value] of data) if (typeof value === "string") body.append(name, value);
  try {
    const reply = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
    const known = { ok: reply.ok, status: reply.status };
    if (!(reply.headers.get("Content-Type") ?? "").includes("json")) {
      if (reply.status === 401 || reply.redirected) return { ...known, ok: false, trouble: "signedout" };
      return { ...known, ok: false, message: `${reply.status} ${reply.statusText}` };
    }
    return { ...((await reply.json()) as Answer), ...known };
  } catch {
    return { ok: false, status: 0, trouble: "offline" };
  }
}
