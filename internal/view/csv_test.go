package view

import (
	"bytes"
	"encoding/csv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWriteCSVDisarmsFormulas(t *testing.T) {
	in := Table{Header: []string{"a", "b", "c", "d"}, Rows: [][]string{
		{"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"},
		{"\t=1", "\r=1", "\n=1", "'=1"},
		{"-2", "+3.5", "-1e-3", "plain, with a comma"},
		{"", "a=b", "–", "A/RES/73/27"},
	}}
	guarded := [][]string{
		in.Header,
		{"'=1+1", "'+cmd|' /C calc'!A0", "'-2+3", "'@SUM(A1)"},
		{"'\t=1", "'\r=1", "'\n=1", "'=1"},
		{"-2", "+3.5", "-1e-3", "plain, with a comma"},
		{"", "a=b", "–", "A/RES/73/27"},
	}
	for _, x := range []struct {
		name string
		raw  bool
		want [][]string
	}{{"guarded", false, guarded}, {"raw", true, append([][]string{in.Header}, in.Rows...)}} {
		var b bytes.Buffer
		if err := WriteCSV(&b, in, x.raw); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(&b)
		got, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(x.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", x.name, d)
		}
	}
	if in.Rows[0][0] != "=1+1" {
		t.Error("WriteCSV changed the table it was given")
	}
}
