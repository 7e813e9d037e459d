package datapackage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"
)

// Rows that were checked once are read again without loss, in parts or whole.
func TestReaderAndConcat(t *testing.T) {
	want, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	var parts []*entente.Records
	for i, row := range datapackage.RowsOf(&want.Records) {
		if i%500 == 0 {
			parts = append(parts, &entente.Records{})
		}
		read, names := datapackage.Reader(row.Table)
		if len(names) != len(row.Cells) {
			t.Fatalf("%s: %d names of %d cells", row.Table, len(names), len(row.Cells))
		}
		if err := read(parts[len(parts)-1], row.Cells); err != nil {
			t.Fatal(err)
		}
	}
	if len(parts) < 3 {
		t.Fatalf("only %d parts", len(parts))
	}
	got := entente.NewCorpus(want.Info, datapackage.Concat(parts))
	if d := datapackage.Diff(want, got); len(d) != 0 {
		t.Errorf("%d rows differ, first %+v", len(d), d[0])
	}
	read, _ := datapackage.Reader("statements")
	into := &entente.Records{}
	cells := make([]string, len(datapackage.Columns("statements")))
	for i, c := range datapackage.Columns("statements") {
		if c.Name == "date" {
			cells[i] = "2021-02-30"
		}
	}
	if err := read(into, cells); err == nil || len(into.Statements) != 0 {
		t.Errorf("a day that is none was read: %v %v", err, into.Statements)
	}
	if read, names := datapackage.Reader("none"); read != nil || names != nil {
		t.Error("a reader of no table")
	}
}

// An id is the key's columns; references are the rows that a row names.
func TestIDAndRefs(t *testing.T) {
	row := func(table string, cells map[string]string) datapackage.Row {
		r := datapackage.Row{Table: table}
		for _, c := range datapackage.Columns(table) {
			r.Cells = append(r.Cells, cells[c.Name])
		}
		return r
	}
	for _, c := range []struct {
		row  datapackage.Row
		id   string
		refs []datapackage.Ref
	}{
		{row("votes", map[string]string{"rollcall": "r", "actor": "est", "ballot": "yes", "source": "s"}), "r|est", []datapackage.Ref{{Table: "rollcalls", ID: "r"}, {Table: "actors", ID: "est"}, {Table: "sources", ID: "s"}}},
		{row("coverage", map[string]string{"id": "c", "actor": "*", "source": "s", "subjects": "proposition:p;kind:speech;body:eu"}), "c", []datapackage.Ref{{Table: "sources", ID: "s"}, {Table: "propositions", ID: "p"}, {Table: "actors", ID: "eu"}}},
		{row("sources", map[string]string{"id": "s", "text_of": "est;jpn"}), "s", []datapackage.Ref{{Table: "actors", ID: "est"}, {Table: "actors", ID: "jpn"}}},
		{row("challenges", map[string]string{"id": "x", "record": "statements:st-1"}), "x", []datapackage.Ref{{Table: "statements", ID: "st-1"}}},
	} {
		if got := c.row.ID(); got != c.id {
			t.Errorf("%s: id %q, want %q", c.row.Table, got, c.id)
		}
		if d := cmp.Diff(c.refs, c.row.Refs()); d != "" {
			t.Errorf("%s: %s", c.row.Table, d)
		}
	}
}
