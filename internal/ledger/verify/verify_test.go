package verify

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"entente"
	"entente/internal/ledger"
)

func ignoreFindings() cmp.Option {
	return cmp.Options{cmpopts.IgnoreFields(Report{}, "Findings", "Files"), cmpopts.IgnoreUnexported(Report{})}
}

// The counts are those of what [world.standard] writes, counted by hand: leaves
// 0-4 published, 5-7 to b, 8 and 9 to c, 10 and 11 receipts, 12 received, 13
// withdrawn.
func TestSoundFolders(t *testing.T) {
	w := newWorld(t)
	w.standard()
	for _, c := range []struct {
		who  string
		want Report
	}{
		{ledger.Everybody, Report{Log: nameA, Size: 14, Leaves: 14, Opened: 14, Objects: Count{11, 11, 0}, Receipts: Count{2, 2, 0}, Checkpoints: 3, Cosignatures: 3, For: "*"}},
		// b: its three releases, the publication of those, its receipts, the withdrawal.
		{nameB, Report{Log: nameA, Size: 14, Leaves: 14, Opened: 9, Objects: Count{6, 6, 0}, Receipts: Count{2, 2, 0}, Checkpoints: 3, Cosignatures: 3, For: nameB}},
		// c: its two releases, the publication of those, what came from it, the withdrawal.
		{nameC, Report{Log: nameA, Size: 14, Leaves: 14, Opened: 6, Objects: Count{5, 5, 0}, Checkpoints: 3, Cosignatures: 3, For: nameC}},
	} {
		r := w.verify(w.export(c.who), w.options())
		if !r.OK() || r.Err() != nil {
			t.Errorf("for %s: %v\n%s", c.who, r.Err(), list(r))
		}
		if diff := cmp.Diff(&c.want, r, ignoreFindings()); diff != "" {
			t.Errorf("for %s (-want +got):\n%s", c.who, diff)
		}
	}
}

// What is AMBER or stricter, and every partner's name, stands nowhere in what
// another partner gets.
func TestOthersLearnNothing(t *testing.T) {
	w := newWorld(t)
	w.standard()
	f := w.export(nameC)
	for name, data := range f {
		for _, secret := range []string{nameB, "report--3", "Synthetic report 3"} { // 3 is not plain, and went to nobody
			if !bytes.Contains(data, []byte(secret)) {
				continue
			}
			if secret == nameB && (name == "checkpoint" || strings.HasPrefix(name, "checkpoints/")) {
				continue // a cosignature is public
			}
			t.Errorf("%s says %q", name, secret)
		}
	}
	if !bytes.Contains(f["tile/entries/000.p/14"], []byte("report--4")) {
		t.Error("the test looks for the wrong thing: a plain leaf does not hold its object")
	}
}

func TestFolderOnDisk(t *testing.T) {
	w := newWorld(t)
	w.standard()
	f := w.export(nameB)
	dir := t.TempDir()
	f.write(t, dir)
	r, err := Folder(context.Background(), dir, w.options())
	if err != nil || !r.OK() {
		t.Fatalf("%v\n%s", err, list(r))
	}
	if diff := cmp.Diff(w.verify(f, w.options()), r, cmpopts.IgnoreUnexported(Report{})); diff != "" {
		t.Errorf("memory and disk differ:\n%s", diff)
	}
	if _, err := Folder(context.Background(), filepath.Join(dir, "nowhere"), w.options()); entente.KindOf(err) != entente.NotFound {
		t.Errorf("no folder: %v", err)
	}
	for name, bad := range map[string]Options{
		"no keys": {}, "a bad key": {Keys: []string{"x"}}, "a negative tolerance": {Keys: w.options().Keys, Tolerance: -1},
	} {
		if _, err := Folder(context.Background(), dir, bad); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Folder(ctx, dir, w.options()); err == nil {
		t.Error("a cancelled verification ends without an error")
	}
}

func (f files) write(t testing.TB, dir string) {
	t.Helper()
	for name, data := range f {
		place := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(place, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Every changed bit of every file is found: here one bit of each byte, another
// one in each run over the bytes.
func TestEveryBitCounts(t *testing.T) {
	w := newWorld(t)
	w.standard()
	f := w.export(nameB)
	step := 7
	if testing.Short() {
		step = 101
	}
	tried := 0
	for _, name := range f.names() {
		good := f[name]
		for i := tried % step; i < len(good); i += step {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << (i / step % 8)
			f[name] = bad
			if r := w.verify(f, w.options()); r.OK() {
				t.Errorf("bit %d of byte %d of %s can change unseen", i/step%8, i, name)
			}
			tried++
		}
		f[name] = good
	}
	t.Logf("%d changed bits in %d files, all found", tried, len(f))
}

// Every missing file is found, and every two files that changed places.
func TestEveryFileCounts(t *testing.T) {
	w := newWorld(t)
	w.standard()
	f := w.export(nameB)
	for _, name := range f.names() {
		g := f.clone()
		delete(g, name)
		r := w.verify(g, w.options())
		if r.OK() {
			t.Errorf("%s can be missing unseen", name)
		}
		if name != "contents" {
			wants(t, r, Removed, name)
		}
	}
	for _, dir := range []string{"openings/", "objects/", "receipts/", "checkpoint"} {
		var in []string
		for _, name := range f.names() {
			if strings.HasPrefix(name, dir) {
				in = append(in, name)
			}
		}
		for i := 1; i < len(in); i++ {
			g := f.clone()
			g[in[i-1]], g[in[i]] = g[in[i]], g[in[i-1]]
			if r := w.verify(g, w.options()); r.OK() {
				t.Errorf("%s and %s can change places unseen", in[i-1], in[i])
			}
		}
	}
}

func TestWithoutAKey(t *testing.T) {
	w := newWorld(t)
	w.standard()
	f := w.export(nameB)
	o := w.options()
	o.Keys = o.Keys[1:] // not a's
	r := w.verify(f, o)
	wants(t, r, BadSignature, "checkpoint")
	wants(t, r, BadSignature, "contents")
	wants(t, r, Unproven, "no trusted log")
	if r.Objects.Proven != 0 || entente.KindOf(r.Err()) != entente.Conflict {
		t.Errorf("without the log's key: %+v, %v", r.Objects, r.Err())
	}
	o = w.options()
	o.Keys = o.Keys[:1] // only a's: b's receipts cannot be checked
	r = w.verify(f, o)
	wants(t, r, BadSignature, "receipts/")
	if r.Objects.Proven != 6 || r.Cosignatures != 0 {
		t.Errorf("with the log's key alone: %+v, %d cosignatures", r.Objects, r.Cosignatures)
	}
}

// One object can be proven alone, without the log: by its opening, a proof of
// its own and the checkpoint in it.
func TestOneObjectAlone(t *testing.T) {
	w := newWorld(t)
	w.standard()
	all := w.export(nameB)
	var proof []byte
	w.tx(func(q ledger.Querier) error {
		p, err := w.log.Prove(context.Background(), q, 6)
		if err == nil {
			proof = p.Text()
		}
		return err
	})
	f := files{"openings/6.json": all["openings/6.json"], "proofs/6.tlog-proof": proof}
	o, err := ledger.ParseOpening(f["openings/6.json"])
	if err != nil {
		t.Fatal(err)
	}
	object := ledger.ObjectPath(o.Body)
	f[object] = all[object]
	loose := w.options()
	loose.Loose = true
	r := w.verify(f, loose)
	if !r.OK() || r.Objects != (Count{1, 1, 0}) || r.Proofs != 1 || r.Checkpoints != 1 {
		t.Errorf("%+v\n%s", r, list(r))
	}
	if r := w.verify(f, w.options()); r.OK() || entente.KindOf(r.Err()) != entente.Unavailable {
		t.Errorf("without a list of contents: %v", r.Err())
	}
	for _, name := range f.names() {
		for i := range f[name] {
			g := f.clone()
			g[name] = bytes.Clone(f[name])
			g[name][i] ^= 1 << (i % 8)
			if r := w.verify(g, loose); r.OK() && len(r.Findings) == 0 {
				t.Errorf("byte %d of %s can change unseen", i, name)
			}
		}
	}
	g := f.clone()
	delete(g, "proofs/6.tlog-proof")
	g["checkpoint"] = all["checkpoint"]
	r = w.verify(g, loose)
	wants(t, r, Unproven, "leaf 6")
	if r.Objects.Proven != 0 || r.Faults() != 0 {
		t.Errorf("without the proof: %+v\n%s", r.Objects, list(r))
	}
}

func TestReportsAreSteady(t *testing.T) {
	w := newWorld(t)
	w.standard()
	f := w.export(ledger.Everybody)
	for _, name := range []string{"tile/entries/000.p/14", "openings/3.json", "checkpoint"} {
		f[name] = append(bytes.Clone(f[name]), 'x')
	}
	first := w.verify(f, w.options())
	for range 3 {
		if diff := cmp.Diff(first, w.verify(f, w.options()), cmpopts.IgnoreUnexported(Report{})); diff != "" {
			t.Fatalf("two reports on one folder differ:\n%s", diff)
		}
	}
	if len(first.Findings) == 0 {
		t.Error("nothing was found")
	}
}

func TestProgressStops(t *testing.T) {
	w := newWorld(t)
	w.standard()
	dir := t.TempDir()
	w.export(nameB).write(t, dir)
	o := w.options()
	stop := &entente.Error{Kind: entente.Unavailable, Msg: "stop"}
	o.Progress = func(int64, int64) error { return stop }
	if _, err := Folder(context.Background(), dir, o); err != stop { //nolint:errorlint // this very error
		t.Errorf("%v", err)
	}
}
