package sheet

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"entente"
)

// writer holds what the sheets share.
type writer struct {
	file *excelize.File
	// The styles: of a header, of a label in the read-me, of a date, of text that
	// looks like a formula, of text on several lines.
	headStyle, labelStyle, dateStyle, textStyle, wrapStyle int
	cut                                                    int // texts that were longer than a cell
}

// prepare sets the properties of the file and the styles.
func (x *writer) prepare(b Book) error {
	made := fixedTime(b)
	if err := x.file.SetDocProps(&excelize.DocProperties{
		Title: x.fit(b.Title), Subject: x.fit(b.Query), Creator: "Entente", LastModifiedBy: "Entente", Description: x.fit(b.citation()),
		Created: made, Modified: made, Language: "en", Revision: "1", Version: "1.0",
	}); err != nil {
		return err
	}
	if err := x.file.SetAppProps(&excelize.AppProperties{Application: "Entente", AppVersion: "1.0"}); err != nil {
		return err
	}
	iso, bold := "yyyy-mm-dd", &excelize.Font{Bold: true, Family: "Calibri", Size: 11}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&x.headStyle, excelize.Style{
			Font: bold, Alignment: &excelize.Alignment{Vertical: "top"},
			Border: []excelize.Border{{Type: "bottom", Color: "000000", Style: 1}},
		}},
		{&x.labelStyle, excelize.Style{Font: bold, Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&x.dateStyle, excelize.Style{CustomNumFmt: &iso, Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "top"}}},
		{&x.textStyle, excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&x.wrapStyle, excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}},
	} {
		var err error
		if *s.id, err = x.file.NewStyle(&s.style); err != nil {
			return err
		}
	}
	return nil
}

// fixedTime is the time that stands in the file: the day of the corpus's
// release, never the clock.
func fixedTime(b Book) string {
	d := b.Corpus.Released.Last()
	if t, err := time.Parse(time.DateOnly, d.String()); err == nil {
		return t.Format(time.RFC3339)
	}
	return "2000-01-01T00:00:00Z"
}

// start makes the i-th sheet, with its page set for print.
func (x *writer) start(i int, name string) (*excelize.StreamWriter, error) {
	if i == 0 {
		if err := x.file.SetSheetName("Sheet1", name); err != nil {
			return nil, err
		}
	} else if _, err := x.file.NewSheet(name); err != nil {
		return nil, err
	}
	fit, wide, tall, orientation, paper := true, 1, 0, "landscape", 9 // A4
	if err := x.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	if err := x.file.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &tall}); err != nil {
		return nil, err
	}
	return x.file.NewStreamWriter(name)
}

// sheet writes a table: bold header that stays in sight and is repeated in
// print, a filter, typed cells.
func (x *writer) sheet(i int, t Table) error {
	s, err := x.start(i, t.Name)
	if err != nil {
		return err
	}
	if len(t.Columns) == 0 {
		return s.Flush()
	}
	if err := x.frame(s, t); err != nil {
		return err
	}
	head := make([]any, len(t.Columns))
	for c, name := range t.Columns {
		head[c] = excelize.Cell{StyleID: x.headStyle, Value: x.fit(name)}
	}
	if err := s.SetRow("A1", head); err != nil {
		return err
	}
	numeric, wide := t.numeric(), widths(t)
	values := make([]any, len(t.Columns))
	for r, row := range t.Rows {
		height := excelize.RowOpts{}
		for c, text := range row {
			values[c] = x.cell(text, numeric[c])
			if s, ok := values[c].(string); ok && t.prose {
				values[c] = excelize.Cell{StyleID: x.wrapStyle, Value: s}
				height.Height = max(height.Height, tall(s, wide[c]))
			}
		}
		if err := s.SetRow("A"+strconv.Itoa(r+2), values[:len(row)], height); err != nil {
			return err
		}
	}
	return s.Flush()
}

// lineHeight is the height of a line in points; the most that a row may have is
// 409.
const lineHeight = 15

// tall is the height of a text on as many lines as it needs in a column; 0 when
// one is enough. The file must say it, since programs do not all measure.
func tall(s string, width float64) float64 {
	lines := 0
	for line := range strings.SplitSeq(s, "\n") {
		lines += 1 + int(float64(utf8.RuneCountInString(line))*1.05/width)
	}
	if lines == 1 {
		return 0
	}
	return float64(min(lines*lineHeight, 405))
}

// frame sets what stands around the cells.
func (x *writer) frame(s *excelize.StreamWriter, t Table) error {
	for c, w := range widths(t) {
		if err := s.SetColWidth(c+1, c+1, w); err != nil {
			return err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(t.Columns), len(t.Rows)+1)
	if err != nil {
		return err
	}
	if err := x.file.AutoFilter(t.Name, "A1:"+last, nil); err != nil {
		return err
	}
	return x.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + t.Name + "'!$1:$1", Scope: t.Name})
}

// widths fits the columns to their first rows, between 8 and 60 characters; for
// prose, 80.
func widths(t Table) []float64 {
	out, most := make([]float64, len(t.Columns)), 60
	if t.prose {
		most = 80
	}
	for c, name := range t.Columns {
		w := utf8.RuneCountInString(name) + 3 // room for the sign of the filter
		for _, row := range t.Rows[:min(len(t.Rows), 200)] {
			if c < len(row) {
				w = max(w, utf8.RuneCountInString(row[c])+1)
			}
		}
		out[c] = float64(min(max(w, 8), most))
	}
	return out
}

// readmeWidth is the width of the texts of the read-me, in characters.
const readmeWidth = 100

// readme writes the sheet that says what the file is.
func (x *writer) readme(i int, b Book, tables []Table) error {
	s, err := x.start(i, readmeSheet)
	if err != nil {
		return err
	}
	if err := s.SetColWidth(1, 1, 18); err != nil {
		return err
	}
	if err := s.SetColWidth(2, 2, readmeWidth); err != nil {
		return err
	}
	for r, line := range x.lines(b, tables) {
		var row [2]any
		if line[0] != "" {
			row[0] = excelize.Cell{StyleID: x.labelStyle, Value: x.fit(line[0])}
		}
		text := x.fit(line[1])
		row[1] = excelize.Cell{StyleID: x.wrapStyle, Value: text}
		if err := s.SetRow("A"+strconv.Itoa(r+1), row[:], excelize.RowOpts{Height: tall(text, readmeWidth)}); err != nil {
			return err
		}
	}
	return s.Flush()
}

// lines are the lines of the read-me; what is not known is left out.
func (x *writer) lines(b Book, tables []Table) [][2]string {
	var out [][2]string
	add := func(what, text string) {
		if text != "" {
			out = append(out, [2]string{what, text})
		}
	}
	c := b.Corpus
	add("Title", b.Title)
	add("Question", b.Query)
	add("As of", b.AsOf)
	add("Address", b.Address)
	add("Corpus", strings.TrimSpace(c.Title+" ("+c.Name+")"))
	add("Version", c.Version)
	if !c.Released.IsZero() {
		add("Released", c.Released.String())
	}
	add("Licence", c.Licence)
	add("How to cite", b.citation())
	for i, t := range tables {
		what := ""
		if i == 0 {
			what = "Sheets"
		}
		out = append(out, [2]string{what, t.Name + ": " + counted(len(t.Rows), "row") + " under the header, " + counted(len(t.Columns), "column")})
	}
	for i, n := range b.Notes {
		what := ""
		if i == 0 {
			what = "Notes"
		}
		out = append(out, [2]string{what, n})
	}
	if x.cut > 0 {
		add("Cut", counted(x.cut, "text")+" longer than a cell can hold; each is marked, and the CSV and the JSON hold it whole")
	}
	return out
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// citation is how to cite the answer.
func (b Book) citation() string {
	if b.Citation != "" {
		return b.Citation
	}
	return Citation(b.Title, b.Address, b.Corpus)
}

// Citation says how an answer is cited: what, from which corpus and version,
// under which licence, and where.
//
//	‘Estonia and Japan as of 2021-02-19’, Entente corpus cybernorms, version 1, CC-BY-4.0, /compare/est/jpn
func Citation(title, address string, c entente.Info) string {
	var parts []string
	if title != "" {
		parts = append(parts, "‘"+title+"’")
	}
	if c.Name != "" {
		parts = append(parts, "Entente corpus "+c.Name)
	}
	if c.Version != "" {
		parts = append(parts, "version "+c.Version)
	}
	for _, s := range []string{c.Licence, address} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}
