package cli

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"
)

// The ending of the file chooses the form; the program's spreadsheet has the
// rows of the table and the version of the corpus.
func TestXLSX(t *testing.T) {
	for _, args := range [][]string{
		{"compare", "est", "jpn", "--as-of", "2021-02-19"},
		{"source", "osula-2021"},
		{"search", "countermeasures"},
	} {
		path := filepath.Join(t.TempDir(), "answer.xlsx")
		if code, _, errs := run(t, 0, nil, append(slices.Clone(args), "--output", path)...); code != 0 {
			t.Fatalf("%v: exit %d: %s", args, code, errs)
		}
		f, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		data, err := f.GetRows("data")
		if err != nil || len(data) < 2 {
			t.Errorf("%v: %d rows, %v", args, len(data), err)
		}
		about, err := f.GetRows("read-me")
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(about, func(row []string) bool { return len(row) == 2 && row[0] == "Version" && row[1] != "" }) {
			t.Errorf("%v: the read-me names no version: %v", args, about)
		}
	}
	if code, _, errs := run(t, 80, nil, "compare", "est", "jpn", "--format", "xlsx"); code != 2 {
		t.Errorf("a spreadsheet on a terminal: exit %d, %s", code, errs)
	}
}
