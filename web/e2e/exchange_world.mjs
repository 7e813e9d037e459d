// Two nodes of the exchange on this machine, made by "entente node trial", each
// served with its pages: synthetic data, nothing of the world.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Exchange {
  /** program is the path of bin/entente. */
  constructor(program) {
    this.program = program;
    this.folder = mkdtempSync(join(tmpdir(), "entente-exchange-"));
    this.trial = join(this.folder, "trial");
    this.servers = [];
  }

  /** Runs the program once and gives what it printed; throws when it fails. */
  run(...args) {
    const done = spawnSync(this.program, args, { encoding: "utf8", timeout: 60_000 });
    if (done.status !== 0) throw new Error(`${this.program} ${args.slice(0, 3).join(" ")}: ${done.error?.message ?? ""}${done.stdout}${done.stderr}`);
    return done.stdout;
  }

  /** The folder of a node. */
  dir(side) {
    return join(this.trial, side);
  }

  make() {
    this.run("node", "trial", this.trial, "--port", "0");
    return this.run("node", "status", "--node", this.dir("estonia"));
  }

  /** A file of the trial. */
  read(name) {
    return readFileSync(join(this.trial, name));
  }

  /** Imports a synthetic galaxy into the store of a node. */
  threats(side) {
    const file = join(this.folder, "galaxy.json");
    const meta = { "cfr-suspected-victims": ["Japan", "Estonia"], "cfr-suspected-state-sponsor": "Russian Federation", "cfr-type-of-incident": ["Espionage", "Denial of service"], refs: ["https://example.org/otter"], synonyms: ["SYN-OTTER"] };
    const values = [{ uuid: "00000000-0000-4000-8000-000000000201", value: "Synthetic Otter", meta }];
    writeFileSync(file, JSON.stringify({ type: "threat-actor", name: "Synthetic", values }));
    return this.run("import", "threats", file, "--name", "Synthetic galaxy", "--source", "https://example.org/galaxy", "--licence", "synthetic", "--db", join(this.dir(side), "node.entente"));
  }

  /** Serves a node with its pages on a free port; gives the address of the pages. */
  serve(side) {
    const server = spawn(this.program, ["serve", "--node", this.dir(side), "--addr", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
    const s = { side, server, words: "", ended: new Promise((resolve) => server.on("exit", (code) => resolve(code))) };
    this.servers.push(s);
    return new Promise((yes, no) => {
      const late = setTimeout(() => no(new Error(`${side} printed no address; it said: ${s.words}`)), 30_000);
      const hear = (chunk) => {
        s.words = (s.words + chunk).slice(-20_000);
        const found = /Entente is at (http:\/\/127\.0\.0\.1:\d+\/)/.exec(s.words);
        if (found) {
          clearTimeout(late);
          yes(found[1]);
        }
      };
      server.stdout.on("data", hear);
      server.stderr.on("data", hear);
      server.on("exit", () => no(new Error(`${side} ended: ${s.words}`)));
    });
  }

  /** Lets a node fetch from the other. */
  sync(side, from) {
    return this.run("sync", from, "--node", this.dir(side));
  }

  /** Asks the servers to stop; gives those that did not, with their last words. */
  async stop() {
    const problems = [];
    for (const s of this.servers) {
      if (s.server.exitCode === null) s.server.kill("SIGTERM");
      const late = new Promise((resolve) => setTimeout(() => resolve("killed"), 10_000).unref());
      const code = await Promise.race([s.ended, late]);
      if (code === "killed") s.server.kill("SIGKILL");
      if (code !== 0) problems.push(`${s.side}: exit status ${code}; its last words: ${s.words.slice(-600)}`);
    }
    return problems;
  }

  clear() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
