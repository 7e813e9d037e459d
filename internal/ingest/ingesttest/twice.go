// Package ingesttest holds the check that every reader of foreign files has to
// pass: what was imported once is not changed by importing it again.
package ingesttest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/ingest"
)

// Twice reads a file for a corpus, puts the proposal into the corpus, and reads
// the file again for that: the second proposal has no record that is new or that
// says something else. It returns the corpus with the first proposal in it.
func Twice(t testing.TB, start entente.Records, read func(ingest.Resolver) *ingest.Proposal) *entente.Corpus {
	t.Helper()
	info := entente.Info{Name: "test", Version: "1", Released: entente.Day(2026, 1, 1)}
	first := read(ingest.InCorpus(entente.NewCorpus(info, start)))
	if len(first.Records) == 0 {
		t.Fatalf("the first import proposes nothing: %+v", first.Rows)
	}
	rows := map[datapackage.Ref][]string{}
	for _, r := range datapackage.RowsOf(&start) {
		rows[datapackage.Ref{Table: r.Table, ID: r.ID()}] = r.Cells
	}
	var all entente.Records
	for i := range first.Records {
		r := &first.Records[i]
		ref := datapackage.Ref{Table: r.Kind, ID: r.ID()}
		if _, ok := rows[ref]; ok {
			t.Errorf("the first import proposes %v, which is there", ref)
		}
		rows[ref] = r.List()
		for _, to := range (datapackage.Row{Table: r.Kind, Cells: r.List()}).Refs() {
			if _, ok := rows[to]; !ok {
				t.Errorf("%v refers to %v, which is neither in the corpus nor proposed before", ref, to)
			}
		}
	}
	for ref, cells := range rows {
		if err := (datapackage.Row{Table: ref.Table, Cells: cells}).AppendTo(&all); err != nil {
			t.Fatal(err)
		}
	}
	c := entente.NewCorpus(info, all)
	second := read(ingest.InCorpus(c))
	for i := range second.Records {
		r := &second.Records[i]
		ref := datapackage.Ref{Table: r.Kind, ID: r.ID()}
		if diff := cmp.Diff(rows[ref], r.List()); diff != "" {
			t.Errorf("the second import changes %v: %s", ref, diff)
		}
	}
	return c
}
