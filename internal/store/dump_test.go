package store_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/pgtest"
	"entente/internal/store"
)

func TestBackupsMoveBetweenTheEngines(t *testing.T) {
	ctx := t.Context()
	first := filled(t)
	reason := store.Reason{Who: "ana", Why: "edit", Via: "test"}
	list, err := first.List(ctx, store.Query{Kinds: []string{"statements"}, Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	again := func(v store.Version, s store.State) store.Change {
		return store.Change{Key: v.Key, Base: v.Number, State: s, Body: v.Body, Facets: v.Facets}
	}
	for _, changes := range [][]store.Change{
		{again(list[0], store.Draft)},
		{again(list[1], store.Retired)},
		{{Key: store.Key{Kind: "notes", ID: "n"}, State: store.Draft, Layer: store.Private("ana"), Body: []byte(`{"text":"a private word"}`)}},
		{{Key: store.Key{Kind: "documents", ID: "d"}, State: store.Draft, Body: []byte(`{"title":"A paper"}`), Words: "zebra crossing"}},
	} {
		if _, err := first.Save(ctx, reason, changes...); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := first.PutBlob(ctx, "application/pdf", []byte("%PDF-\x00\xff")); err != nil {
		t.Fatal(err)
	}
	want := dump(t, first)
	for _, place := range []string{filepath.Join(t.TempDir(), "second.entente"), pgtest.Database(t, "none", nil)} {
		b, err := store.Load(ctx, place, bytes.NewReader(want), store.Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if b.Counts["blobs"] != 1 || b.Mark.Seq != 5 {
			t.Errorf("%+v", b)
		}
		s, err := store.Open(ctx, place, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := dump(t, s); !bytes.Equal(got, want) {
			t.Errorf("%s: the backup of the restored store differs", s.Engine())
		}
		a, _, err := first.Corpus(ctx)
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := s.Corpus(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if d := datapackage.Diff(a, c); len(d) != 0 || a.Info != c.Info {
			t.Errorf("%s: the corpus differs: %v", s.Engine(), d)
		}
		found, err := s.List(ctx, store.Query{Words: "zebra"})
		if err != nil || len(found) != 1 {
			t.Errorf("%s: the words of a document are lost: %v %v", s.Engine(), found, err)
		}
		if _, err := s.Restore(ctx, reason, list[1].Key, 1, 2); err != nil {
			t.Errorf("%s: history is lost: %v", s.Engine(), err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Load(ctx, place, bytes.NewReader(want), store.Options{}, nil); entente.KindOf(err) != entente.Conflict {
			t.Errorf("restored over a store: %v", err)
		}
	}
}

func TestADamagedBackupLeavesNothing(t *testing.T) {
	s := filled(t)
	good := dump(t, s)
	plain := unzip(t, good)
	for name, bad := range map[string][]byte{
		"cut":       good[:len(good)/2],
		"empty":     {},
		"no gzip":   []byte("hello"),
		"no end":    zip(t, plain[:bytes.LastIndexByte(plain[:len(plain)-1], '\n')+1]),
		"changed":   zip(t, bytes.Replace(plain, []byte("Estonia"), []byte("Esthonia"), 1)),
		"followed":  zip(t, append(bytes.Clone(plain), "[\"audit\"]\n"...)),
		"a row out": zip(t, []byte(strings.Replace(string(plain), "[\"versions\"", "[\"virsions\"", 1))),
		"newer":     zip(t, bytes.Replace(plain, []byte(`"version":1`), []byte(`"version":9`), 1)),
	} {
		place := filepath.Join(t.TempDir(), "new.entente")
		_, err := store.Load(t.Context(), place, bytes.NewReader(bad), store.Options{}, nil)
		if k := entente.KindOf(err); k != entente.Invalid && k != entente.Conflict {
			t.Errorf("%s: %v (%s)", name, err, k)
		}
		if left, _ := filepath.Glob(place + "*"); len(left) > 0 {
			t.Errorf("%s: left behind %v", name, left)
		}
	}
}

func filled(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "first.entente"), store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Fill(t.Context(), store.Reason{Who: "local", Why: "start"}, c); err != nil {
		t.Fatal(err)
	}
	return s
}

func dump(t *testing.T, s *store.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := s.Dump(t.Context(), &b, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
