package node_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/node"
	"entente/internal/exchange/stix"
	"entente/internal/ledger/verify"
)

// share shares the position of the trial, and the incident.
func (tr *trial) share() (incident stix.ID) {
	tr.t.Helper()
	table, id, _ := strings.Cut(tr.Position, ":")
	plan, err := tr.est.Share(tr.t.Context(), node.Request{Records: []datapackage.Ref{{Table: table, ID: id}}, Collection: "positions", Level: handling.Green, Who: "test", Why: "a test"})
	if err != nil {
		tr.t.Fatal(err)
	}
	if !plan.Done || plan.Adds == 0 {
		tr.t.Fatalf("the plan shared nothing: %+v", plan)
	}
	raw, err := os.ReadFile(filepath.Join(tr.Dir, "incident.json"))
	if err != nil {
		tr.t.Fatal(err)
	}
	plan, err = tr.est.Share(tr.t.Context(), node.Request{Files: []node.File{{Name: "incident.json", Data: raw}}, Collection: "incidents", Level: handling.Amber, Who: "test", Why: "a test"})
	if err != nil {
		tr.t.Fatal(err)
	}
	for _, o := range plan.Objects {
		if o.Type == "incident" {
			incident = o.ID
		}
	}
	if incident == "" || !plan.Done {
		tr.t.Fatalf("the incident was not shared: %+v", plan)
	}
	return incident
}

// keys are the public keys of both nodes.
func (tr *trial) keys() []string { return []string{tr.est.Key.Public(), tr.jpn.Key.Public()} }

// export exports the log of est for a partner and checks it.
func (tr *trial) export(n *node.Node, whom string) (dir string, r *verify.Report) {
	tr.t.Helper()
	dir = filepath.Join(tr.t.TempDir(), "out")
	if _, err := n.Export(tr.t.Context(), dir, whom, nil); err != nil {
		tr.t.Fatal(err)
	}
	r, err := verify.Folder(tr.t.Context(), dir, verify.Options{Keys: tr.keys()})
	if err != nil {
		tr.t.Fatal(err)
	}
	return dir, r
}

// TestRound takes an incident all the way: shared, read, confirmed, withdrawn,
// confirmed again, proven.
func TestRound(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		tr := pair(t, place)
		incident := tr.share()
		first := tr.sync(tr.jpn, "estonia")
		if len(first.Collections) != 2 || first.New() == 0 {
			t.Fatalf("the first sync brought nothing: %+v", first)
		}
		for _, c := range first.Collections {
			if !c.Done || !c.Compared || len(c.Missing) > 0 || c.Refused > 0 || c.New == 0 {
				t.Errorf("collection %s: %+v", c.Title, c)
			}
		}
		if !first.Witness.Cosigned || first.Receipts.Acknowledged < first.New() || first.Receipts.Waiting+first.Receipts.Refused > 0 || len(first.Findings) > 0 {
			t.Errorf("receipts %+v, witness %+v, findings %v; %d new", first.Receipts, first.Witness, first.Findings, first.New())
		}
		items, err := tr.jpn.Inbox.List(t.Context(), inbox.Ask{Object: incident})
		if err != nil || len(items) != 1 || items[0].Level != handling.Amber || items[0].Receipted.IsZero() || items[0].Partner != "estonia" {
			t.Fatalf("the incident in the inbox: %+v, %v", items, err)
		}
		if again := tr.sync(tr.jpn, "estonia"); again.New() != 0 || again.Receipts.Acknowledged != 0 {
			t.Errorf("the second sync brought something again: %+v", again)
		}

		w, err := tr.est.Withdraw(t.Context(), node.Recall{Objects: []stix.ID{incident}, Who: "test", Why: "a test"})
		if err != nil || !w.Done || len(w.Holders) != 1 || w.Holders[0].Partner != "japan" {
			t.Fatalf("withdrawal: %+v, %v", w, err)
		}
		open := func() int {
			t.Helper()
			list, err := tr.est.Withdrawals(t.Context())
			if err != nil || len(list) != 1 {
				t.Fatalf("withdrawals: %+v, %v", list, err)
			}
			return len(list[0].Open)
		}
		if open() != 1 {
			t.Error("a withdrawal that nobody knows of counts as confirmed")
		}
		if third := tr.sync(tr.jpn, "estonia"); third.New() != 1 {
			t.Errorf("the withdrawal did not come: %+v", third)
		}
		if open() != 0 {
			t.Error("the withdrawal is not confirmed")
		}

		dir, r := tr.export(tr.est, "japan")
		if !r.OK() || r.Objects.Proven == 0 || r.Receipts.Proven == 0 || r.Cosignatures == 0 {
			t.Errorf("the folder for japan: %s %+v", r.Result(), r)
		}
		if _, r := tr.export(tr.est, "*"); !r.OK() {
			t.Errorf("the folder for an auditor: %s %+v", r.Result(), r.Findings)
		}
		if _, r := tr.export(tr.jpn, "estonia"); !r.OK() {
			t.Errorf("japan's folder: %s %+v", r.Result(), r.Findings)
		}
		tamper(t, tr, dir, "contents", "checkpoint", "checkpoints/*.note", "tile/0/*.p/*", "tile/entries/*.p/*", "openings/*.json", "objects/*.json", "receipts/*.note")

		status, err := tr.est.Status(t.Context())
		if err != nil || status.Partners[0].Handed != status.Partners[0].Receipted || status.Partners[0].Cosigned == 0 || status.Halt != nil {
			t.Errorf("status: %+v, %v", status, err)
		}
		for _, secret := range []string{"PRIVATE", tr.token(t, 0), tr.token(t, 1)} {
			if strings.Contains(tr.logged.String(), secret) {
				t.Errorf("the log of the program holds the secret %.12s…", secret)
			}
		}
	})
}

// token reads the token that a node shows its partner.
func (tr *trial) token(t *testing.T, i int) string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(tr.Nodes[i], "keys", "partners", "*.token"))
	if err != nil || len(list) != 1 {
		t.Fatalf("%v %v", list, err)
	}
	raw, err := os.ReadFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(raw))
}

// tamper changes one file of each kind of a folder and sees that it is found.
func tamper(t *testing.T, tr *trial, dir string, patterns ...string) {
	t.Helper()
	check := func(what string) {
		t.Helper()
		r, err := verify.Folder(t.Context(), dir, verify.Options{Keys: tr.keys()})
		if err != nil {
			t.Fatal(err)
		}
		if r.Faults() == 0 {
			t.Errorf("%s was not found: %s", what, r.Result())
		}
	}
	for _, pattern := range patterns {
		list, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(list) == 0 {
			t.Fatalf("the folder holds no %s", pattern)
		}
		path := list[len(list)/2]
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed := []byte(strings.Clone(string(was)))
		changed[len(changed)/2] ^= 1
		write := func(data []byte) {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(changed)
		check("a changed " + pattern)
		if pattern != "contents" { // without it the folder is unproven, not at fault
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			check("a missing " + pattern)
		}
		write(was)
	}
	if r, err := verify.Folder(t.Context(), dir, verify.Options{Keys: tr.keys()}); err != nil || !r.OK() {
		t.Errorf("the folder was not put back: %v", err)
	}
}
