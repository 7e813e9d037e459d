package verify

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/mod/sumdb/note"
	_ "modernc.org/sqlite" // the driver

	"entente/internal/ledger"
)

// The nodes of the tests: a keeps the log, b and c are its partners.
const (
	nameA = "a.example/log"
	nameB = "b.example/log"
	nameC = "c.example/log"
)

func seeded(seed uint64) io.Reader {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return rand.NewChaCha8(key)
}

// world is a's log, everybody's keys and one clock.
type world struct {
	t    testing.TB
	db   *sql.DB
	log  *ledger.Log
	keys map[string]*ledger.Key
	ring *ledger.Keyring
	at   time.Time
	// bodies are the objects by id and version.
	bodies map[string][]byte
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, keys: map[string]*ledger.Key{}, at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), bodies: map[string][]byte{}}
	var public []string
	for i, name := range []string{nameA, nameB, nameC} {
		k, err := ledger.GenerateKey(seeded(uint64(i+1)), name)
		w.must(err)
		w.keys[name] = k
		public = append(public, k.Public())
	}
	var err error
	w.ring, err = ledger.NewKeyring(public...)
	w.must(err)
	w.restart(100)
	return w
}

// restart begins the log of a anew, in an empty store.
func (w *world) restart(seed uint64) {
	var err error
	w.db, err = sql.Open("sqlite", "file:"+filepath.Join(w.t.TempDir(), "log.db")+"?_pragma=synchronous(OFF)")
	w.must(err)
	w.t.Cleanup(func() { _ = w.db.Close() })
	_, err = w.db.Exec(ledger.SchemaSQLite)
	w.must(err)
	w.log, err = ledger.New(ledger.Options{Origin: nameA, Now: func() time.Time { return w.at }, Random: seeded(seed)})
	w.must(err)
	w.must(w.log.Init(context.Background(), w.db))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// tx runs fn in a transaction, and lets a minute pass.
func (w *world) tx(fn func(q ledger.Querier) error) {
	w.t.Helper()
	tx, err := w.db.Begin()
	w.must(err)
	if err := fn(tx); err != nil {
		_ = tx.Rollback()
		w.t.Fatal(err)
	}
	w.must(tx.Commit())
	w.at = w.at.Add(time.Minute)
}

func body(i int) []byte {
	return fmt.Appendf(nil, `{"type": "report", "id": "report--%d", "name": "Synthetic report %d", "modified": "v1"}`, i, i)
}

// entry is an entry about the i-th object; every second one may be seen by all.
func (w *world) entry(kind ledger.Kind, i int, partner string) ledger.Entry {
	e := ledger.Entry{Kind: kind, Object: fmt.Sprintf("report--%d", i), Version: "v1", Body: body(i), Partner: partner, Plain: i%2 == 0}
	if kind == ledger.Released {
		e.Collection = "collection--1"
	}
	w.bodies[e.Object+" "+e.Version] = e.Body
	return e
}

func (w *world) append(entries ...ledger.Entry) (out []ledger.Opening) {
	w.t.Helper()
	w.tx(func(q ledger.Querier) (err error) {
		out, err = w.log.Append(context.Background(), q, entries...)
		return err
	})
	return out
}

func (w *world) sign() (c *ledger.Checkpoint) {
	w.t.Helper()
	w.tx(func(q ledger.Querier) (err error) {
		c, err = w.log.Sign(context.Background(), q, w.keys[nameA])
		return err
	})
	return c
}

// cosign puts a partner's cosignature under a note, as of now.
func (w *world) cosign(name string, msg []byte) []byte {
	w.t.Helper()
	text, _, _ := strings.Cut(string(msg), "\n\n")
	n, err := note.Open(msg, w.ring)
	w.must(err)
	if n.Text != text+"\n" {
		w.t.Fatal("not a checkpoint")
	}
	out, err := note.Sign(n, cosigner{w.keys[name], w.at.Unix()})
	w.must(err)
	return out
}

// cosigner makes cosignatures from the description of C2SP tlog-cosignature,
// with nothing of the code under test but the key.
type cosigner struct {
	key *ledger.Key
	at  int64
}

func (c cosigner) Name() string { return c.key.Name() }

func (c cosigner) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(c.key.Name()+"\n\x04"), publicBytes(c.key)...))
	return binary.BigEndian.Uint32(sum[:])
}

func (c cosigner) Sign(text []byte) ([]byte, error) {
	signer, err := note.NewSigner(c.key.Secret())
	if err != nil {
		return nil, err
	}
	sig, err := signer.Sign(fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", c.at, text))
	return append(binary.BigEndian.AppendUint64(nil, uint64(c.at)), sig...), err
}

// receipt lets a partner sign for a release, and a keep the receipt.
func (w *world) receipt(o ledger.Opening) {
	w.t.Helper()
	w.tx(func(q ledger.Querier) error {
		p, err := w.log.Prove(context.Background(), q, o.Index)
		if err != nil {
			return err
		}
		r, err := ledger.SignReceipt(w.ring, w.keys[o.Partner], p.Text(), &o, w.bodies[o.Object+" "+o.Version], w.at)
		if err != nil {
			return err
		}
		_, err = w.log.AddReceipt(context.Background(), q, w.ring, r.Note)
		return err
	})
}

// standard is a small log with everything in it: 5 objects published, three of
// them released to b and two to c, receipts of b, a withdrawal, two checkpoints,
// the first cosigned by b and c, the second by b.
func (w *world) standard() {
	w.t.Helper()
	for i := range 5 {
		w.append(w.entry(ledger.Published, i, ""))
	}
	w.witness(nameB, nameC)
	toB := w.append(w.entry(ledger.Released, 0, nameB), w.entry(ledger.Released, 1, nameB), w.entry(ledger.Released, 2, nameB))
	w.append(w.entry(ledger.Released, 1, nameC), w.entry(ledger.Released, 2, nameC))
	w.sign()
	w.receipt(toB[0])
	w.receipt(toB[1])
	w.append(w.entry(ledger.Received, 7, nameC))
	w.append(ledger.Entry{Kind: ledger.Withdrawn, Object: "report--1", Version: "v1"})
	w.witness(nameB)
}

// witness signs a checkpoint and has partners cosign it.
func (w *world) witness(names ...string) {
	w.t.Helper()
	msg := w.sign().Note
	for _, name := range names {
		msg = w.cosign(name, msg)
	}
	w.tx(func(q ledger.Querier) error {
		_, err := w.log.AddCosignature(context.Background(), q, w.ring, msg)
		return err
	})
}

// files is a folder in memory.
type files map[string][]byte

// export writes a folder to the disk and reads it into memory.
func (w *world) export(who string) files {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), "folder")
	w.tx(func(q ledger.Querier) error {
		_, err := w.log.Export(context.Background(), q, dir, ledger.ExportOptions{For: who, Key: w.keys[nameA], Body: func(_ context.Context, o *ledger.Opening) ([]byte, error) {
			return w.bodies[o.Object+" "+o.Version], nil
		}})
		return err
	})
	return read(w.t, dir)
}

// read reads a folder from the disk.
func read(t testing.TB, dir string) files {
	t.Helper()
	out := files{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v", name, info.Mode())
		}
		if err == nil {
			out[name], err = os.ReadFile(filepath.Join(dir, name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (f files) clone() files { return maps.Clone(f) }

func (f files) names() []string { return slices.Sorted(maps.Keys(f)) }

// relist makes the list of contents anew with a's key: what a dishonest node
// does after it has changed a folder. Empty values keep what the list said.
func (w *world) relist(f files, point *ledger.Checkpoint) {
	w.t.Helper()
	head, _, _ := strings.Cut(string(f["contents"]), "file ")
	if point != nil {
		lines := strings.Split(head, "\n")
		lines[2], lines[3] = fmt.Sprintf("size %d", point.Size), "root "+point.Root.String()
		head = strings.Join(lines, "\n")
	}
	var b strings.Builder
	b.WriteString(head)
	for _, name := range f.names() {
		if name != "contents" {
			sum := sha256.Sum256(f[name])
			fmt.Fprintf(&b, "file %s %d %s\n", hex.EncodeToString(sum[:]), len(f[name]), name)
		}
	}
	signer, err := note.NewSigner(w.keys[nameA].Secret())
	w.must(err)
	f["contents"], err = note.Sign(&note.Note{Text: b.String()}, signer)
	w.must(err)
}

func (w *world) options() Options {
	return Options{Keys: []string{w.keys[nameA].Public(), w.keys[nameB].Public(), w.keys[nameC].Public()}}
}

func (w *world) verify(f files, o Options) *Report {
	w.t.Helper()
	mem := fstest.MapFS{}
	for name, data := range f {
		mem[name] = &fstest.MapFile{Data: data, Mode: 0o600}
	}
	r, err := FS(context.Background(), mem, o)
	w.must(err)
	return r
}

// wants is that a report has a finding of a problem whose text holds all words.
func wants(t testing.TB, r *Report, p Problem, words ...string) {
	t.Helper()
	for _, f := range r.Findings {
		found := f.Problem == p
		for _, word := range words {
			found = found && strings.Contains(f.String(), word)
		}
		if found {
			return
		}
	}
	t.Errorf("no finding %s with %q; there are:\n%s", p, words, list(r))
}

func list(r *Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

func publicBytes(k *ledger.Key) []byte {
	_, b64, _ := strings.Cut(strings.TrimPrefix(k.Public(), k.Name()+"+"), "+")
	raw, err := base64.StdEncoding.DecodeString(b64)
	if err != nil {
		panic(err)
	}
	return raw[1:]
}
