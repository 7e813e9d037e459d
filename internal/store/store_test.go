package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/store"
)

func TestFill(t *testing.T) {
	ctx := context.Background()
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "work.entente"), store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	cm, err := s.Fill(ctx, store.Reason{Who: "local", Why: "start"}, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(cm)
	got, m, err := s.Corpus(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(m, got.Info, len(got.Statements), len(c.Statements))
	l, err := s.List(ctx, store.Query{Words: "due diligence", Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range l {
		t.Log(v.Key, string(v.Body))
	}
	cm, err = s.Fill(ctx, store.Reason{Who: "local", Why: "again", SkipSame: true}, c)
	t.Log(cm, err)
	h, err := s.History(ctx, l[0].Key)
	t.Log(h, err)
	e, err := s.Log(ctx, store.LogQuery{})
	t.Log(len(e), err)
}
