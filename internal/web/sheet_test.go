package web

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// TestWorkbookHoldsTheTable: the spreadsheet of a page has the rows of its CSV,
// all its sources, and says where it is from.
func TestWorkbookHoldsTheTable(t *testing.T) {
	const path = "/compare/est/jpn?as_of=2021-02-19"
	w := get(t, twinOf(path, formatXLSX))
	if w.Code != 200 || w.Header().Get("Content-Type") != mediaTypes[formatXLSX] || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Fatalf("status %d, %v", w.Code, w.Header())
	}
	f, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("data")
	if err != nil {
		t.Fatal(err)
	}
	want, err := csv.NewReader(get(t, twinOf(path, formatCSV)).Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i] = append(got[i], slices.Repeat([]string{""}, len(want[0])-len(got[i]))...) // empty cells at the end are not stored
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	about, err := f.GetRows("read-me")
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, row := range about {
		text = append(text, strings.Join(row, ": "))
	}
	info := siteOf(t).corpus.Info
	for _, want := range []string{"Address: /compare/est/jpn?as_of=2021-02-19&corpus=" + info.Version, "Version: " + info.Version, "Licence: " + info.Licence, "As of: 2021-02-19"} {
		if !slices.Contains(text, want) {
			t.Errorf("%q is not in the read-me: %s", want, strings.Join(text, "\n"))
		}
	}
}
