package sheet_test

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"entente"
	"entente/internal/sheet"
)

// book is a small made-up answer.
func book() sheet.Book {
	released, err := entente.ParseDate("2026-01-31")
	if err != nil {
		panic(err) // a constant
	}
	return sheet.Book{
		Title: "Estonia and Japan as of 2021-02-19", Query: "law; positions via bodies count", Address: "/compare/est/jpn?as_of=2021-02-19", AsOf: "2021-02-19",
		Corpus: entente.Info{Name: "cybernorms", Title: "Cyber norms", Version: "7", Licence: "CC-BY-4.0", Released: released},
		Notes:  []string{"They agree on 12 of 20 propositions on which both took a side.", "=HYPERLINK(\"http://example.org\")"},
		Tables: []sheet.Table{{
			Name: "compare", Columns: []string{"proposition", "n", "share", "date", "pinpoint", "mixed", "counts"},
			Rows: [][]string{
				{"law-ihl", "12", "0.5", "2021-02-19", "24", "5", "true"},
				{"=1+1", "-3", "1e-07", "2014", "007", "five", "false"},
				{"+cmd", "", "0.30000000000000004", "2020-10", "", "", ""},
				{"@SUM(A1)", "0", "-12.25", "1899-01-01", "12", "1", "true"},
				{" spaced \n out ", "123456789012345", "0", "2021-02-30", "p. 3", "1", "true"},
				{"õige 国際法 _x000D_ <&>\"'", "7", "", "", "", "", ""},
			},
		}},
		Sources:  []sheet.SourceLine{{"src-1", "Estonia, ‘Position’ (29 May 2019) <https://example.org/a>", "2019-05-29", "en", "official", "https://example.org/a"}},
		Codebook: [][]string{{"proposition", "statement"}, {"law-ihl", "International humanitarian law applies"}},
	}
}

func write(t testing.TB, b sheet.Book) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := sheet.Write(&buf, b); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func open(t testing.TB, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func rows(t testing.TB, f *excelize.File, name string) [][]string {
	t.Helper()
	out, err := f.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSheetsReadBack(t *testing.T) {
	b := book()
	f := open(t, write(t, b))
	if diff := cmp.Diff([]string{"data", "sources", "codebook", "read-me"}, f.GetSheetList()); diff != "" {
		t.Fatal(diff)
	}
	got := rows(t, f, "data")
	want := [][]string{b.Tables[0].Columns}
	for _, r := range b.Tables[0].Rows {
		want = append(want, strings.Split(strings.TrimRight(strings.Join(r, "\x01"), "\x01"), "\x01"))
	}
	for r := range want {
		for c := range want[r] {
			if r > 0 && (c == 2) {
				continue // compared as numbers below
			}
			if c >= len(got[r]) || got[r][c] != want[r][c] {
				t.Errorf("row %d, column %d: %q, want %q", r+1, c+1, got[r], want[r][c])
			}
		}
	}
	for r, want := range []string{"0.5", "1e-07", "0.30000000000000004", "-12.25", "0"} {
		raw, err := f.GetCellValue("data", "C"+strconv.Itoa(r+2), excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		a, err1 := strconv.ParseFloat(raw, 64)
		b, err2 := strconv.ParseFloat(want, 64)
		if err1 != nil || err2 != nil || a != b {
			t.Errorf("%s became %s", want, raw)
		}
	}
	if diff := cmp.Diff([]string{"src-1", b.Sources[0].Citation, "2019-05-29", "en", "official", "https://example.org/a"}, rows(t, f, "sources")[1]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(b.Codebook, rows(t, f, "codebook")); diff != "" {
		t.Error(diff)
	}
}

func TestCellsAreTyped(t *testing.T) {
	f := open(t, write(t, book()))
	for cell, want := range map[string]excelize.CellType{
		"A1": excelize.CellTypeInlineString, "A2": excelize.CellTypeInlineString,
		"A3": excelize.CellTypeInlineString, "A4": excelize.CellTypeInlineString, "A5": excelize.CellTypeInlineString, // no formula
		"B2": excelize.CellTypeUnset, "B3": excelize.CellTypeUnset, "C2": excelize.CellTypeUnset, // numbers have no type mark
		"D2": excelize.CellTypeUnset,                                             // a full date is a number with a format
		"D3": excelize.CellTypeInlineString,                                      // a year alone stays text
		"D4": excelize.CellTypeInlineString,                                      // and so does a month,
		"D5": excelize.CellTypeInlineString,                                      // a day on which the programs disagree,
		"D6": excelize.CellTypeInlineString,                                      // a day that is none
		"E2": excelize.CellTypeInlineString, "E3": excelize.CellTypeInlineString, // places in a text
		"F2": excelize.CellTypeInlineString, // a column with words is text throughout
		"G2": excelize.CellTypeInlineString,
	} {
		got, err := f.GetCellType("data", cell)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: type %v, want %v", cell, got, want)
		}
	}
	for _, cell := range []string{"A3", "A4", "A5"} {
		if formula, err := f.GetCellFormula("data", cell); err != nil || formula != "" {
			t.Errorf("%s has the formula %q, %v", cell, formula, err)
		}
		id, err := f.GetCellStyle("data", cell)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := f.GetStyle(id); err != nil || s.NumFmt != 49 {
			t.Errorf("%s is not formatted as text: %+v, %v", cell, s, err)
		}
	}
	// 19 February 2021 is day 44246, as every spreadsheet counts.
	if raw, err := f.GetCellValue("data", "D2", excelize.Options{RawCellValue: true}); err != nil || raw != "44246" {
		t.Errorf("the date is %q, %v", raw, err)
	}
	if raw, err := f.GetCellValue("data", "D2"); err != nil || raw != "2021-02-19" {
		t.Errorf("the date is shown as %q, %v", raw, err)
	}
}

func TestHeaderIsFrozenBoldAndFiltered(t *testing.T) {
	data := write(t, book())
	f := open(t, data)
	for _, name := range []string{"data", "sources", "codebook"} {
		panes, err := f.GetPanes(name)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: panes %+v, %v", name, panes, err)
		}
		id, err := f.GetCellStyle(name, "A1")
		if err != nil {
			t.Fatal(err)
		}
		if s, err := f.GetStyle(id); err != nil || s.Font == nil || !s.Font.Bold {
			t.Errorf("%s: the header is not bold: %v", name, err)
		}
	}
	filters, titles := 0, 0
	for _, d := range f.GetDefinedName() {
		switch {
		case strings.HasSuffix(d.Name, "_FilterDatabase"):
			filters++
		case strings.HasSuffix(d.Name, "Print_Titles"):
			titles++
		}
	}
	if filters != 3 || titles != 3 {
		t.Errorf("%d filters and %d repeated headers, want 3 of each", filters, titles)
	}
}

func TestReadMe(t *testing.T) {
	f := open(t, write(t, book()))
	var text []string
	for _, r := range rows(t, f, "read-me") {
		text = append(text, strings.Join(r, " | "))
	}
	got := strings.Join(text, "\n")
	want := `Title | Estonia and Japan as of 2021-02-19
Question | law; positions via bodies count
As of | 2021-02-19
Address | /compare/est/jpn?as_of=2021-02-19
Corpus | Cyber norms (cybernorms)
Version | 7
Released | 2026-01-31
Licence | CC-BY-4.0
How to cite | ‘Estonia and Japan as of 2021-02-19’, Entente corpus cybernorms, version 7, CC-BY-4.0, /compare/est/jpn?as_of=2021-02-19
Sheets | data: 6 rows under the header, 7 columns
 | sources: 1 row under the header, 6 columns
 | codebook: 1 row under the header, 2 columns
Notes | They agree on 12 of 20 propositions on which both took a side.
 | =HYPERLINK("http://example.org")`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	props, err := f.GetDocProps()
	if err != nil || props.Title != "Estonia and Japan as of 2021-02-19" || props.Created != "2026-01-31T00:00:00Z" || props.Creator != "Entente" {
		t.Errorf("%+v, %v", props, err)
	}
}

func TestEqualBooksGiveEqualBytes(t *testing.T) {
	b := book()
	for i := range 6 { // several sheets, since their order is what could differ
		b.Tables = append(b.Tables, sheet.Table{Name: fmt.Sprint("more", i), Columns: []string{"a"}, Rows: [][]string{{fmt.Sprint(i)}}})
	}
	first := write(t, b)
	for range 5 {
		if !bytes.Equal(first, write(t, b)) {
			t.Fatal("two writes of one book differ")
		}
	}
	if bytes.Contains(first, []byte(strconv.Itoa(time.Now().Year())+"-"+time.Now().Format("01"))) {
		t.Error("today stands in the file")
	}
}

func TestSheetNames(t *testing.T) {
	b := book()
	b.Tables = nil
	for _, n := range []string{
		"votes", "Votes", "sources", "History", "", "a/b\\c:d?e*f[g]h'", strings.Repeat("long", 20), strings.Repeat("long", 20), strings.Repeat("𝒳", 30), " \x00\t", "data", "read-me", "\u202eevil",
	} {
		b.Tables = append(b.Tables, sheet.Table{Name: n, Columns: []string{"a"}})
	}
	f := open(t, write(t, b))
	got := f.GetSheetList()
	want := []string{
		"votes", "Votes-2", "sources-2", "History-2", "data", "a-b-c-d-e-f-g-h-", strings.Repeat("long", 8)[:31], strings.Repeat("long", 8)[:29] + "-2",
		strings.Repeat("𝒳", 15), "--", "data-2", "read-me-2", "evil", "sources", "codebook", "read-me",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBounds(t *testing.T) {
	many := make([][]string, 1_048_576)
	for what, table := range map[string]sheet.Table{
		"rows":     {Columns: []string{"a"}, Rows: many},
		"columns":  {Columns: make([]string, 16_385)},
		"overhang": {Columns: []string{"a"}, Rows: [][]string{{"1", "2"}}},
	} {
		var out bytes.Buffer
		err := sheet.Write(&out, sheet.Book{Tables: []sheet.Table{table}})
		if entente.KindOf(err) != entente.Invalid || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes written", what, err, out.Len())
		}
	}
	long := strings.Repeat("õ", 40_000)
	b := sheet.Book{Tables: []sheet.Table{{Columns: []string{"a", "b"}, Rows: [][]string{{long, strings.Repeat("õ", 32_767)}}}}}
	f := open(t, write(t, b))
	row := rows(t, f, "data")[1]
	if !strings.HasSuffix(row[0], "[cut: longer than a cell can hold]") || len([]rune(row[0])) > 32_767 || !strings.HasPrefix(long, row[0][:40_000]) {
		t.Errorf("the long text has %d characters and ends %q", len([]rune(row[0])), row[0][len(row[0])-40:])
	}
	if row[1] != strings.Repeat("õ", 32_767) {
		t.Error("a text that just fits was cut")
	}
	if last := rows(t, f, "read-me"); last[len(last)-1][0] != "Cut" || !strings.HasPrefix(last[len(last)-1][1], "1 text longer") {
		t.Errorf("the read-me does not tell of the cut: %v", last)
	}
}

func TestEmptyBook(t *testing.T) {
	f := open(t, write(t, sheet.Book{}))
	if diff := cmp.Diff([]string{"data", "sources", "read-me"}, f.GetSheetList()); diff != "" {
		t.Error(diff)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestBrokenWriter(t *testing.T) {
	if err := sheet.Write(broken{}, book()); err == nil {
		t.Error("an error of the writer is lost")
	}
}

// Whatever stands in a cell comes back as it was, except what XML cannot hold.
func TestAnyTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+@\-_x0-9A-F \n\t<>&"']{0,12}`)).Draw(t, "text")
		var buf bytes.Buffer
		b := sheet.Book{Tables: []sheet.Table{{Columns: []string{"text", "words"}, Rows: [][]string{{text, "x"}}}}}
		if err := sheet.Write(&buf, b); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&buf)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.GetCellValue("data", "A2")
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
				return 0xFFFD
			}
			return r
		}, text)
		if got != want {
			t.Fatalf("%q came back as %q", text, got)
		}
	})
}

func BenchmarkWrite100000Rows10Columns(b *testing.B) {
	big := book()
	t := sheet.Table{Name: "big"}
	for c := range 10 {
		t.Columns = append(t.Columns, fmt.Sprint("column", c))
	}
	for r := range 100_000 {
		row := make([]string, 10)
		for c := range row {
			switch c % 3 {
			case 0:
				row[c] = fmt.Sprintf("statement-%d-%d", r, c)
			case 1:
				row[c] = strconv.Itoa(r * c)
			default:
				row[c] = "2021-02-19"
			}
		}
		t.Rows = append(t.Rows, row)
	}
	big.Tables = []sheet.Table{t}
	for b.Loop() {
		if err := sheet.Write(io.Discard, big); err != nil {
			b.Fatal(err)
		}
	}
}
