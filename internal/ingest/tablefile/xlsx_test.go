package tablefile_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"entente/internal/ingest"
	"entente/internal/ingest/tablefile"
)

// workbook is a made-up workbook with a sheet "Notes" and a sheet "Codings"
// that has a title above its header.
func workbook(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(f.SetSheetName("Sheet1", "Notes"))
	_, err := f.NewSheet("Codings")
	must(err)
	must(f.SetCellValue("Codings", "A1", "Codings of the team"))
	for i, row := range [][]any{
		{"Country", "Claim", "View", "Day", "Document", "Page", "Coder"},
		{"Estonia", "law-ihl", "Supports", time.Date(2019, 5, 29, 0, 0, 0, 0, time.UTC), "est-2019", 2, "A"},
		{"Japan", "law-ihl", "opposes", 2020, "est-2019", "3", "B"},
		{},
		{"Japan", "law-due", nil, "29.05.2019", "est-2019", "3", "B"},
		{"Japan", "law-due", "supports", "29.05.2019", "est-2019"},
	} {
		must(f.SetSheetRow("Codings", fmt.Sprintf("A%d", i+3), &row))
	}
	style, err := f.NewStyle(&excelize.Style{NumFmt: 14}) // shown as month-day-year
	must(err)
	must(f.SetCellStyle("Codings", "D4", "D4", style))
	b, err := f.WriteToBuffer()
	must(err)
	return b.Bytes()
}

func TestWorkbook(t *testing.T) {
	f, err := tablefile.Open("t.xlsx", workbook(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if diff := cmp.Diff([]string{"Notes", "Codings"}, f.Sheets); diff != "" {
		t.Error(diff)
	}
	m := mapping()
	m.Sheet, m.HeaderRow = "Codings", 3
	header, sample, err := f.Sample(m, 2)
	if err != nil || len(header) != 7 || header[3] != "Day" || len(sample) != 2 {
		t.Errorf("%q %q %v", header, sample, err)
	}
	p, err := f.Read(context.Background(), m, corpus())
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Records) != 3 {
		t.Fatalf("%+v", p.Rows)
	}
	var dates []string
	for _, r := range p.Records {
		dates = append(dates, r.Cells["date"])
	}
	if diff := cmp.Diff([]string{"2019-05-29", "2020", "2019-05-29"}, dates); diff != "" {
		t.Error(diff)
	}
	if r := p.Rows[3]; r.Row != 7 || r.Outcome != ingest.Problem || r.Why != "stance: no stance is set, and none is assumed" {
		t.Errorf("%+v", r)
	}
	m.Sheet = "Codes"
	if _, err := f.Read(context.Background(), m, corpus()); err == nil || !strings.Contains(err.Error(), "the sheets are Notes, Codings") {
		t.Errorf("%v", err)
	}
	m.Sheet = "Notes"
	if _, err := f.Read(context.Background(), m, corpus()); err == nil {
		t.Error("an empty sheet was read")
	}
}

func zipped(t testing.TB, members map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range members {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileFiles(t *testing.T) {
	for name, tc := range map[string]struct {
		data []byte
		want string
	}{
		"empty":         {nil, "the file is empty"},
		"binary":        {[]byte("a,b\n\x00\x01,2\n"), "NUL character in line 2"},
		"old workbook":  {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "old or a locked workbook"},
		"not a book":    {zipped(t, map[string][]byte{"a.txt": []byte("x")}), "not an XLSX workbook"},
		"cut ZIP":       {workbook(t)[:500], "not a ZIP file"},
		"bomb":          {zipped(t, map[string][]byte{"xl/a.xml": make([]byte, ingest.MaxUnzip+1)}), "unpacks to more than 400 MB"},
		"no such day":   {[]byte("\n\n"), "no row with anything in it"},
		"open quote":    {[]byte("Country,Claim,View,Day,Document,Page,Coder\n\"a,b\nc"), "broken quoting"},
		"false mark":    {[]byte("\xef\xbb\xbfa,\xff\n"), "is not UTF-8"},
		"missing":       {[]byte("Country,Claim\na,b\n"), `there is no column "View" in the file (the columns are Country, Claim)`},
		"column twice":  {[]byte("Country,Claim,View,Day,Document,Page,Coder,coder\n"), `the column "Coder" stands twice`},
		"many columns":  {[]byte(strings.Repeat("a,", 1001) + "\n1\n"), "more than 1000"},
		"a file of one": {[]byte("x"), "there is no column"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := tablefile.Open("t", tc.data)
			if err == nil {
				_, err = f.Read(context.Background(), mapping(), corpus())
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%v", err)
			}
		})
	}
	p := read(t, "t.csv", "Country,Claim,View,Day,Document,Page,Coder\nEstonia,law-ihl\nEstonia,law-ihl,supports,2020,est-2019,"+strings.Repeat("x", ingest.MaxCell+1)+",A\nEstonia,law-ihl,supports,2020,est-2019,1,a@example.org\n", mapping(), corpus())
	for i, want := range []string{"the row has 2 cells, the header 7", "more than 1024 kB", "not an address"} {
		if r := p.Rows[i]; r.Outcome != ingest.Problem || !strings.Contains(r.Why, want) {
			t.Errorf("%+v", r)
		}
	}
}

func BenchmarkCSV(b *testing.B) {
	var t strings.Builder
	t.WriteString("Country,Claim,View,Day,Document,Page,Coder\n")
	const rows = 100_000
	for i := range rows {
		fmt.Fprintf(&t, "%s,%s,%s,%d.%d.2019,est-2019,p. %d,A\n", []string{"Estonia", "Japan"}[i%2], []string{"law-ihl", "law-due"}[i/2%2], []string{"supports", "opposes"}[i/4%2], 1+i%28, 1+i/28%12, i)
	}
	f, err := tablefile.Open("t.csv", []byte(t.String()))
	if err != nil {
		b.Fatal(err)
	}
	r := corpus()
	b.ReportAllocs()
	for b.Loop() {
		p, err := f.Read(context.Background(), mapping(), r)
		if err != nil || len(p.Records) != rows {
			b.Fatal(err, len(p.Records))
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
