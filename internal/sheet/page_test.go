package sheet_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/analysis/compare"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/sheet"
	"entente/internal/testskip"
	"entente/internal/view"
)

// comparison is the model case on the corpus that comes with Entente.
func comparison(t *testing.T) (*entente.Corpus, *view.Page) {
	t.Helper()
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	asOf, err := entente.ParseDate("2021-02-19")
	if err != nil {
		t.Fatal(err)
	}
	page, err := view.Builder{Corpus: c}.Compare([]entente.ActorID{"est", "jpn"}, compare.Options{Settings: entente.Settings{AsOf: asOf}})
	if err != nil {
		t.Fatal(err)
	}
	return c, page
}

func TestPageOfTheModelCase(t *testing.T) {
	c, page := comparison(t)
	b := sheet.Page(c, page, "/compare/est/jpn?as_of=2021-02-19", []string{"a note"})
	if b.AsOf != "2021-02-19" || !strings.Contains(b.Query, "unverified records are left out") {
		t.Errorf("as of %q, %q", b.AsOf, b.Query)
	}
	f := open(t, write(t, b))
	got := rows(t, f, "data")
	want := append([][]string{page.Table.Header}, page.Table.Rows...)
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for r := range want {
		line := append(slices.Clone(got[r]), make([]string, len(want[r])-len(got[r]))...) // empty cells at the end are not stored
		if diff := cmp.Diff(want[r], line); diff != "" {
			t.Fatalf("row %d: %s", r+1, diff)
		}
	}
	if src := rows(t, f, "sources"); len(src) != len(page.Sources)+1 || len(src) < 10 {
		t.Errorf("%d lines of sources for %d", len(src), len(page.Sources))
	}
	book := rows(t, f, "codebook")
	named := map[string]bool{}
	for _, r := range page.Table.Rows {
		named[r[0]] = true
	}
	if len(book) != len(named)+1 {
		t.Errorf("the codebook has %d lines for %d propositions", len(book), len(named))
	}
	readme := rows(t, f, "read-me")
	if last := readme[len(readme)-1]; last[len(last)-1] != "a note" {
		t.Errorf("the note is lost: %v", last)
	}
	// Every denominator of the comparison stands in the read-me.
	v, ok := page.Data.(*view.Compare)
	if !ok {
		t.Fatalf("%T", page.Data)
	}
	text := strings.Join(b.Notes, "\n")
	for _, want := range []string{
		fmt.Sprintf("of %d propositions", v.Summary.Propositions), fmt.Sprintf("on %d of %d", v.Summary.Agreement.Agreed, v.Summary.Agreement.N),
		fmt.Sprintf("left out: %d", v.Summary.LeftOut),
	} {
		if !strings.Contains(strings.ToLower(text), want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
}

func TestPageWithoutHead(t *testing.T) {
	c, _ := comparison(t)
	b := sheet.Page(c, &view.Page{Title: "A list", Table: view.Table{Name: "list", Header: []string{"proposition"}, Rows: [][]string{{"no such"}}}, Sources: []entente.SourceID{"no such"}}, "", nil)
	if b.AsOf != "" || b.Query != "" || b.Codebook != nil || len(b.Sources) != 0 {
		t.Errorf("%+v", b)
	}
	write(t, b)
	if b = sheet.Page(nil, &view.Page{Title: "Without a corpus"}, "", nil); b.Corpus.Name != "" {
		t.Errorf("%+v", b)
	}
	write(t, b)
}

// office converts a file with LibreOffice and returns the folder of the results.
func office(t *testing.T, name string, data []byte, to string) string {
	t.Helper()
	program := testskip.Need(t, "soffice", "apt-get install libreoffice-calc-nogui")
	dir := t.TempDir()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	out := filepath.Join(dir, "out")
	cmd := exec.CommandContext(ctx, program, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", to, "--outdir", out, path)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, text)
	}
	return out
}

// LibreOffice must open the file and read the same cells.
func TestOfficeReadsTheFile(t *testing.T) {
	b := book()
	// 44 , 34 " 76 UTF-8, from line 1, values as shown, -1: every sheet.
	out := office(t, "book.xlsx", write(t, b), "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1")
	if _, err := os.Stat(filepath.Join(out, "book-data.csv")); err != nil {
		// Nothing came out. Is it the file, or a LibreOffice without tables?
		probe := office(t, "probe.csv", []byte("a,b\n"), "xlsx")
		if _, err := os.Stat(filepath.Join(probe, "probe.xlsx")); err != nil {
			testskip.Missing(t, "soffice-calc", "apt-get install libreoffice-calc-nogui")
		}
		t.Fatal("LibreOffice cannot open the file")
	}
	read := func(name string) [][]string {
		data, err := os.ReadFile(filepath.Join(out, "book-"+name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(string(data)))
		r.FieldsPerRecord = -1
		lines, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	got := read("data")
	for r, row := range b.Tables[0].Rows {
		for c, want := range row {
			if c == 2 || want == "" {
				continue // shown in the program's own way, or empty
			}
			if got[r+1][c] != want {
				t.Errorf("row %d, column %d: %q, want %q", r+2, c+1, got[r+1][c], want)
			}
		}
	}
	if got := read("read-me"); got[0][1] != b.Title {
		t.Errorf("read-me begins %q", got[0])
	}
}
