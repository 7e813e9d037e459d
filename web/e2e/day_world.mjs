// The workbench of the day: a new store in a folder of its own, the accounts of
// a team, and the program that serves it.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const fixtures = join(dirname(fileURLToPath(import.meta.url)), "fixture", "day");

/** The file of the fixtures with this name. */
export const fixture = (name) => join(fixtures, name);

/** Who works here, with their roles. No person is called so. */
export const team = { editor: "editor", "coder-a": "coder", "coder-b": "coder", reviewer: "reviewer", admin: "admin", lawyer: "reader" };

/** The password of an account; only this test's store knows it. */
export const passwordOf = (name) => `a long password of ${name}`;

export class World {
  /** program and yesterday are paths: bin/entente, and the built web/e2e/fixture/yesterday. */
  constructor(program, yesterday) {
    this.program = program;
    this.yesterday = yesterday;
    this.folder = mkdtempSync(join(tmpdir(), "entente-day-"));
    this.store = join(this.folder, "work.entente");
    this.saved = join(this.folder, "saved");
    mkdirSync(this.saved);
  }

  /** Runs the program once and gives what it printed; throws when it fails. */
  run(args, input = "") {
    return command(this.program, [...args, "--db", this.store], input);
  }

  /** A store with the corpus, the accounts and what the team had yesterday of a State that does not exist. */
  make() {
    const said = [this.run(["init"])];
    for (const [name, role] of Object.entries(team)) said.push(this.run(["user", "add", name, "--role", role], `${passwordOf(name)}\n`));
    for (const table of ["actors", "sources", "statements"]) {
      said.push(this.run(["import", "records", fixture(`${table}.csv`), "--table", table, "--apply", "published"]));
    }
    command(this.yesterday, [this.store]);
    return said;
  }

  /** Starts the server on a free port of this machine and waits for its address. */
  async serve() {
    // --public: people read what is published without an account.
    this.server = spawn(this.program, ["serve", "--db", this.store, "--addr", "127.0.0.1:0", "--public"], { stdio: ["ignore", "pipe", "pipe"] });
    this.words = "";
    this.ended = new Promise((resolve) => this.server.on("exit", (code) => resolve(code)));
    this.base = await new Promise((yes, no) => {
      const late = setTimeout(() => no(new Error(`the program printed no address; it said: ${this.words}`)), 30_000);
      const hear = (chunk) => {
        this.words = (this.words + chunk).slice(-20_000);
        const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(this.words);
        if (found) {
          clearTimeout(late);
          yes(found[0]);
        }
      };
      this.server.stdout.on("data", hear);
      this.server.stderr.on("data", hear);
      this.server.on("exit", () => no(new Error(`the program ended: ${this.words}`)));
    });
  }

  /** Asks the server to stop; gives its exit status, or "killed" after ten seconds. */
  async stop() {
    if (!this.server || this.server.exitCode !== null) return this.server?.exitCode ?? 0;
    this.server.kill("SIGTERM");
    const late = new Promise((resolve) => setTimeout(() => resolve("killed"), 10_000).unref());
    const code = await Promise.race([this.ended, late]);
    if (code === "killed") this.server.kill("SIGKILL");
    return code;
  }

  /** A file that was saved in the browser. */
  read(path) {
    return readFileSync(path);
  }

  /** Takes the folder away. */
  clear() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function command(program, args, input = "") {
  const done = spawnSync(program, args, { input, encoding: "utf8", timeout: 60_000 });
  if (done.status !== 0) throw new Error(`${program} ${args.slice(0, 3).join(" ")}: ${done.error?.message ?? ""}${done.stdout}${done.stderr}`);
  return done.stdout;
}
