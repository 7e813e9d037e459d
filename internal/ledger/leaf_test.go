package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"entente"
)

// The expected text is put together by hand from the description in
// docs/methods/ledger.md, and the salted hashes are worked out here with
// nothing but SHA-256.
func TestLeafAsDescribed(t *testing.T) {
	var salt [SaltSize]byte
	for i := range salt {
		salt[i] = byte(i)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_901_000, time.UTC)
	o := Opening{Index: 7, Kind: Released, Time: at, Object: "report--1", Version: "v1", Collection: "c1", Partner: "b.example/log", Salt: salt}
	o.Digest = o.digest([]byte(`{"a":1}`))
	h := func(field, value string) string {
		s := sha256.Sum256([]byte(string(salt[:]) + field + "\x00" + value))
		return base64.StdEncoding.EncodeToString(s[:])
	}
	want := `{"collection":"#` + h("collection", "c1") + `","digest":"salted-sha256:` + h("digest", `{"a":1}`) + `","kind":"released","object":"#` + h("object", "report--1") +
		`","partner":"#` + h("partner", "b.example/log") + `","time":"2026-01-02T03:04:05.678901Z","v":1,"version":"#` + h("version", "v1") + `"}`
	l := o.Leaf()
	if got := string(l.Append(nil)); got != want {
		t.Errorf("the leaf is\n%s, want\n%s", got, want)
	}
	plain := o
	plain.Plain = true
	plain.Digest = plain.digest([]byte(`{"a":1}`))
	// SHA-256 of {"a":1}, worked out with openssl dgst.
	want = `{"collection":"c1","digest":"sha256:AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI=","kind":"released","object":"report--1","partner":"#` + h("partner", "b.example/log") +
		`","time":"2026-01-02T03:04:05.678901Z","v":1,"version":"v1"}`
	l = plain.Leaf()
	if got := string(l.Append(nil)); got != want {
		t.Errorf("the plain leaf is\n%s, want\n%s", got, want)
	}
}

// opening draws a valid opening.
func opening(t *rapid.T) *Opening {
	text := rapid.StringMatching(`[a-zé"\\ -]{1,20}`)
	o := &Opening{
		Index: rapid.Int64Range(0, MaxLeaves).Draw(t, "index"), Kind: rapid.SampledFrom(Kinds).Draw(t, "kind"),
		Time:   time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "time")).UTC(),
		Object: text.Draw(t, "object"), Version: text.Draw(t, "version"), Plain: rapid.Bool().Draw(t, "plain"),
	}
	copy(o.Salt[:], rapid.SliceOfN(rapid.Byte(), SaltSize, SaltSize).Draw(t, "salt"))
	if rapid.Bool().Draw(t, "collected") {
		o.Collection = text.Draw(t, "collection")
	}
	if o.Kind != Published && o.Kind != Withdrawn {
		o.Partner = text.Draw(t, "partner")
	}
	o.Digest = o.digest([]byte(text.Draw(t, "body")))
	return o
}

func TestLeafAndOpeningSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := opening(t)
		data := o.Append(nil)
		again, err := ParseOpening(data)
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if diff := cmp.Diff(o, again); diff != "" {
			t.Fatalf("opening (-want +got):\n%s", diff)
		}
		if c, err := Canonical(data); err != nil || !bytes.Equal(c, data) {
			t.Fatalf("%s is not in the form of RFC 8785: %s (%v)", data, c, err)
		}
		l := o.Leaf()
		data = l.Append(nil)
		back, err := ParseLeaf(data)
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if diff := cmp.Diff(l, back); diff != "" {
			t.Fatalf("leaf (-want +got):\n%s", diff)
		}
		if c, err := Canonical(data); err != nil || !bytes.Equal(c, data) {
			t.Fatalf("%s is not in the form of RFC 8785: %s (%v)", data, c, err)
		}
	})
}

// A changed opening never opens the leaf, and no changed leaf is the leaf.
func TestNoBitOfAnOpeningIsFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := opening(t)
		l := o.Leaf()
		want := tlog.RecordHash(l.Append(nil))
		data := o.Append(nil)
		i := rapid.IntRange(0, len(data)*8-1).Draw(t, "bit")
		data[i/8] ^= 1 << (i % 8)
		changed, err := ParseOpening(data)
		if err != nil {
			return
		}
		if changed.Index != o.Index { // the number is not part of the leaf, but of its place
			return
		}
		l = changed.Leaf()
		if tlog.RecordHash(l.Append(nil)) == want {
			if o.Plain && changed.Salt != o.Salt && o.Partner == "" {
				return // nothing in this leaf is salted
			}
			t.Fatalf("%s still opens the leaf", data)
		}
	})
}

func TestStrictReaders(t *testing.T) {
	good := `{"digest":"sha256:AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI=","kind":"published","object":"o","time":"2026-01-02T03:04:05.678901Z","v":1,"version":"1"}`
	if _, err := ParseLeaf([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"white space":      strings.Replace(good, ",", ", ", 1),
		"another order":    `{"kind":"published",` + strings.Replace(strings.TrimPrefix(good, "{"), `"kind":"published",`, "", 1),
		"a member more":    strings.Replace(good, `"v":1`, `"u":"x","v":1`, 1),
		"an escape":        strings.Replace(good, `"o"`, `"\u006f"`, 1),
		"an empty text":    strings.Replace(good, `"o"`, `""`, 1),
		"another format":   strings.Replace(good, `"v":1`, `"v":2`, 1),
		"an unknown kind":  strings.Replace(good, "published", "burnt", 1),
		"a loose time":     strings.Replace(good, ".678901Z", ".6789010Z", 1),
		"another zone":     strings.Replace(good, ".678901Z", ".678901+00:00", 1),
		"no such day":      strings.Replace(good, "01-02", "02-30", 1),
		"loose base64":     strings.Replace(good, "X+GI=", "X+GJ=", 1),
		"no digest":        strings.Replace(good, `"digest":"sha256:AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI=",`, "", 1),
		"a bare partner":   strings.Replace(good, `"time"`, `"partner":"b.example","time"`, 1),
		"no partner":       strings.Replace(good, "published", "released", 1),
		"something behind": good + " ",
		"too long":         strings.Replace(good, `"o"`, `"`+strings.Repeat("o", MaxLeaf)+`"`, 1),
		"nothing":          "",
	} {
		if _, err := ParseLeaf([]byte(bad)); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: %v, want an invalid leaf", name, err)
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	n := newNode(t, database(t), "a.example/log", 1)
	good := entry(1)
	for name, change := range map[string]func(*Entry){
		"no kind":               func(e *Entry) { e.Kind = "" },
		"no object":             func(e *Entry) { e.Object = "" },
		"no version":            func(e *Entry) { e.Version = "" },
		"no body":               func(e *Entry) { e.Body = nil },
		"no JSON":               func(e *Entry) { e.Body = []byte("{") },
		"no partner":            func(e *Entry) { e.Kind = Released },
		"the mark of a hash":    func(e *Entry) { e.Object = "#x" },
		"a control character":   func(e *Entry) { e.Object = "a\nb" },
		"everybody":             func(e *Entry) { e.Kind, e.Partner = Released, Everybody },
		"an overlong id":        func(e *Entry) { e.Object = strings.Repeat("x", MaxName+1) },
		"an overlong version":   func(e *Entry) { e.Version = strings.Repeat("x", MaxVersion+1) },
		"invalid UTF-8":         func(e *Entry) { e.Collection = "\xff" },
		"a colon of a salt's":   func(e *Entry) { e.Partner = "#" },
		"an object of two ways": func(e *Entry) { e.Body = []byte(`{"a":1,"a":2}`) },
	} {
		bad := good
		change(&bad)
		err := n.try(func(q Querier) error {
			_, err := n.Append(context.Background(), q, good, bad)
			return err
		})
		if entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
	n.tx(t, func(q Querier) error {
		if size, err := n.Size(context.Background(), q); err != nil || size != 0 {
			t.Errorf("the log has %d leaves (%v) after refusals only", size, err)
		}
		return nil
	})
}

func FuzzParsers(f *testing.F) {
	o := Opening{Kind: Published, Object: "o", Version: "1", Plain: true, Time: time.UnixMicro(0)}
	o.Digest = o.digest([]byte("{}"))
	l := o.Leaf()
	f.Add(o.Append(nil))
	f.Add(l.Append(nil))
	f.Add(AppendEntry(nil, l.Append(nil)))
	f.Add([]byte("tile/0/x001/234.p/5"))
	f.Add([]byte("a.example/log\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"))
	f.Add([]byte(proofForm + "\nindex 5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nx\n"))
	f.Add([]byte(consistencyForm + "\nlog a\nolder 1\nnewer 2\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"))
	f.Add([]byte(receiptForm + "\nlog a\nsize 1\nroot CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nleaf 0\nobject o\nversion 1\ndigest sha256:CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\ntime 2026-01-02T03:04:05.678901Z\n"))
	f.Add([]byte(contentsForm + "\nlog a\nsize 1\nroot CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nfor *\ntime 2026-01-02T03:04:05.678901Z\nfile " + strings.Repeat("0", 64) + " 5 a/b\n"))
	f.Add([]byte("text\n\n— name AAAAAAAAAA==\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		same := func(what string, out []byte) {
			if !bytes.Equal(in, out) {
				t.Fatalf("%s: %q is read, and written %q", what, in, out)
			}
		}
		if l, err := ParseLeaf(in); err == nil {
			same("leaf", l.Append(nil))
		}
		if o, err := ParseOpening(in); err == nil {
			same("opening", o.Append(nil))
		}
		if list, err := ParseEntries(in); err == nil {
			var b []byte
			for _, e := range list {
				b = AppendEntry(b, e)
			}
			same("entries", b)
		}
		if p, err := ParseTilePath(string(in)); err == nil {
			same("tile", []byte(p.String()))
		}
		if c, err := ParseCheckpointText(string(in)); err == nil {
			same("checkpoint", []byte(checkpointText(c.Origin, c.Size, c.Root)))
		}
		if p, err := ParseLeafProof(in); err == nil {
			same("leaf proof", p.Text())
		}
		if p, err := ParseTreeProof(in); err == nil {
			same("tree proof", p.Text())
		}
		if r, err := parseReceiptText(string(in)); err == nil {
			same("receipt", []byte(r.text()))
		}
		if c, err := parseContents(string(in)); err == nil {
			same("contents", []byte(c.text()))
		}
		if text, lines, err := splitNote("", in); err == nil {
			b := text + "\n"
			for _, l := range lines {
				b += l.line
			}
			same("note", []byte(b))
		}
		if k, err := ParseKey(string(in)); err == nil {
			same("key", []byte(k.Secret()))
		}
		_, _ = NewKeyring(string(in))
	})
}
