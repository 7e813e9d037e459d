package events

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/analysis/congruence"
)

func read(t *testing.T, text string, o Options) (*congruence.Events, *Report) {
	t.Helper()
	ev, r, err := Read("list.csv", strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return ev, r
}

func TestColumnsAreFoundByName(t *testing.T) {
	ev, r := read(t, "Document;Speaker;Claim; Date ;Agreement\nd1;Estonia;IHL applies;2019-05-29;yes\nd1; Japan ;IHL applies;2019;no\n;;;;\n", Options{
		Columns: Columns{Actor: "speaker", Concept: "CLAIM", Qualifier: "agreement"},
	})
	want := &Report{
		File: "list.csv", Rows: 3, Separator: "semicolon", Columns: Columns{"Speaker", "Claim", "Agreement", "Date", "Document"}, Scale: "binary", FromData: true,
		NoActor: 1, NoConcept: 1, NoValue: 1, NoDate: 1, NoText: 1,
	}
	if d := cmp.Diff(want, r); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"Estonia", "Japan"}, ev.Actors); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int32{0, 1, -1}, ev.Actor); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int32{0, 0, -1}, ev.Document); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"line 2", "line 3", "line 4"}, ev.ID); d != "" {
		t.Error(d)
	}
	if ev.Qualifier[0] != 1 || ev.Qualifier[1] != 0 || !math.IsNaN(ev.Qualifier[2]) {
		t.Errorf("qualifiers %v, want 1, 0, NaN", ev.Qualifier)
	}
	if d := cmp.Diff([]congruence.Precision{congruence.ExactDay, congruence.YearOnly, congruence.Undated}, ev.Precision); d != "" {
		t.Error(d)
	}
}

func TestColumnsThatAreNotThereAreNotRead(t *testing.T) {
	ev, r := read(t, "actor,concept\na,c\n", Options{})
	if ev.Day != nil || ev.Document != nil || r.Scale != "none" || ev.Qualifier[0] != 1 {
		t.Errorf("%+v, %+v", ev, r)
	}
}

func TestScales(t *testing.T) {
	for _, c := range []struct {
		name, scale string
		values      []string
		kind        congruence.ScaleKind
		taken       string
		want        []float64
	}{
		{"yes and no in any case", "", []string{"YES", "no"}, congruence.Binary, Binary, []float64{1, 0}},
		{"0 and 1 are binary before they are numbers", "", []string{"0", "1"}, congruence.Binary, Binary, []float64{0, 1}},
		{"0 and 1 as numbers when asked", "integer", []string{"0", "1"}, congruence.Integer, Integer, []float64{0, 1}},
		{"stance words", "", []string{"affirms", "affirms with conditions", "rejects"}, congruence.Ordinal, Stances, []float64{2, 1, -2}},
		{"numbers from -2 to 2 are only stances when asked", "", []string{"-2", "2"}, congruence.Integer, Integer, []float64{-2, 2}},
		{"numbers as stances", "stances", []string{"-2", "rejects", "1"}, congruence.Ordinal, Stances, []float64{-2, -2, 1}},
		{"any numbers", "", []string{"3.5", "-120", "1e3"}, congruence.Integer, Integer, []float64{3.5, -120, 1000}},
		{"categories in order of their text", "", []string{"later", "never", "always"}, congruence.Nominal, Nominal, []float64{1, 2, 0}},
		{"numbers as categories", "nominal", []string{"10", "9"}, congruence.Nominal, Nominal, []float64{0, 1}},
		{"a scale with bounds", "1:5", []string{"1", "4"}, congruence.Ordinal, "1:5", []float64{1, 4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "actor,concept,qualifier\n"
			for _, v := range c.values {
				text += "a,c," + v + "\n"
			}
			ev, r := read(t, text, Options{Scale: c.scale})
			if ev.Scale.Kind != c.kind || r.Scale != c.taken || r.FromData != (c.scale == "") || !slices.Equal(ev.Qualifier, c.want) {
				t.Errorf("%+v %v, %s; want %s %v", ev.Scale, ev.Qualifier, r.Scale, c.kind, c.want)
			}
		})
	}
}

func TestTimeOfDayIsDropped(t *testing.T) {
	ev, _ := read(t, "actor,concept,date\na,c,2019-03-02T10:00:00Z\na,c,2019-03-02 10:00\na,c,2019-03\n", Options{})
	if ev.Day[0] != ev.Day[1] || ev.Day[0] != congruence.DayNumber(2019, 3, 2) || ev.Precision[2] != congruence.MonthOnly {
		t.Errorf("%v %v", ev.Day, ev.Precision)
	}
}

// TestFaults: what is wrong, with file, line and column (in bytes, from 1).
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name, text string
		o          Options
		want       []string // parts of the error
	}{
		{"empty", "", Options{}, []string{"list.csv:1:1", "empty"}},
		{"only a byte order mark", "\ufeff", Options{}, []string{"list.csv:1:1", "empty"}},
		{"no rows", "actor,concept\n", Options{}, []string{"list.csv:2:1", "no row"}},
		{"no actor", "who,concept\na,c\n", Options{}, []string{"list.csv:1:1", `no column "actor"`, "--actor-col", "who, concept"}},
		{"a named column that is not there", "actor,concept\na,c\n", Options{Columns: Columns{Date: "when"}}, []string{"list.csv:1:1", `no column "when" for the date`}},
		{"a column twice", "actor,concept,Actor\na,c,b\n", Options{}, []string{"list.csv:1:1", `"actor" is there twice`}},
		{"a date that does not exist", "actor,concept,date\na,c,2019-03-01\nb,c,2019-02-30\n", Options{}, []string{"list.csv:3:5", `"2019-02-30" is not a date`}},
		{"two faults in one pass", "actor,concept,date\na,c,x\nb,c,y\n", Options{}, []string{"list.csv:2:5", "list.csv:3:5"}},
		{"too few fields", "actor,concept\na,c\na\n", Options{}, []string{"list.csv:3:1", "number of fields"}},
		{"a bare quotation mark", "actor,concept\na,c\"d\n", Options{}, []string{"list.csv:2:", "quot"}},
		{"an open quotation mark", "actor,concept\na,\"c\n", Options{}, []string{"list.csv:", "quot"}},
		{"not UTF-8", "actor,concept\na,c\n\xff,c\n", Options{}, []string{"list.csv:3:1", "UTF-8"}},
		{"a header that is not UTF-8", "actor,\xffconcept\na,c\n", Options{}, []string{"list.csv:1:7", "UTF-8"}},
		{"a control character", "actor,concept\na\x1b[31m,c\n", Options{}, []string{"list.csv:2:1", "control character"}},
		{"a line break in a name", "actor,concept\n\"a\nb\",c\n", Options{}, []string{"list.csv:2:1", "line break"}},
		{"a long field", "actor,concept\n" + strings.Repeat("a", 5000) + ",c\n", Options{}, []string{"list.csv:2:1", "5000 bytes"}},
		{"a qualifier off the scale", "actor,concept,qualifier\na,c,1\nb,c,maybe\n", Options{Scale: "binary"}, []string{"list.csv:3:5", `"maybe" does not fit`, "0 or 1"}},
		{"a number off the bounds", "actor,concept,qualifier\na,c,9\n", Options{Scale: "1:5"}, []string{"list.csv:2:5", "from 1 to 5"}},
		{"an unknown scale", "actor,concept\na,c\n", Options{Scale: "happy"}, []string{"happy", "auto, binary, stances, integer, nominal"}},
		{"bounds the wrong way round", "actor,concept\na,c\n", Options{Scale: "5:1"}, []string{"there is no scale"}},
		{"a separator that is none", "actor,concept\na,c\n", Options{Separator: 'x'}, []string{"does not part columns"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := Read("list.csv", strings.NewReader(c.text), c.o)
			if entente.KindOf(err) != entente.Invalid {
				t.Fatalf("error %v, want invalid input", err)
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

func TestFaultsAreBounded(t *testing.T) {
	_, _, err := Read("list.csv", strings.NewReader("actor,concept,date\n"+strings.Repeat("a,c,never\n", 1000)), Options{})
	list, ok := errors.AsType[entente.Errors](err)
	if !ok || len(list) != maxFaults {
		t.Errorf("%d faults, want %d", len(list), maxFaults)
	}
}

// endless gives the same byte for ever.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestAFieldWithoutEndIsRefused(t *testing.T) {
	in := bytes.NewBufferString("actor,concept\n\"")
	_, _, err := Read("list.csv", joined{in, endless('a')}, Options{})
	if err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("error %v", err)
	}
}

type joined struct {
	first *bytes.Buffer
	then  endless
}

func (j joined) Read(p []byte) (int, error) {
	if j.first.Len() > 0 {
		return j.first.Read(p)
	}
	return j.then.Read(p)
}

func TestManyActorsAreRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("actor,concept\n")
	for i := range MaxActors + 1 {
		fmt.Fprintf(&b, "a%d,c\n", i)
	}
	_, _, err := Read("list.csv", strings.NewReader(b.String()), Options{})
	if err == nil || !strings.Contains(err.Error(), "10000 different actors") || !strings.Contains(err.Error(), "list.csv:10002:1") {
		t.Errorf("error %v", err)
	}
}

// FuzzRead: no input may crash the reader, and what it accepts the analysis
// accepts too.
func FuzzRead(f *testing.F) {
	f.Add("actor,concept,qualifier,date,document\na,c,1,2019,d\n", "auto")
	f.Add("actor;concept;qualifier\na;c;affirms\n\"b\n\";c;x\n", "nominal")
	f.Add("actor\tconcept\tdate\na\tc\t2019-02-30\n", "-2:2")
	f.Add("\ufeffactor,concept\n\"\"\"\",\"", "binary")
	f.Fuzz(func(t *testing.T, text, scale string) {
		ev, r, err := Read("f.csv", strings.NewReader(text), Options{Scale: scale})
		if err != nil {
			if entente.KindOf(err) == entente.Internal {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		if r.Rows != ev.Len() {
			t.Fatalf("%d rows, %d events", r.Rows, ev.Len())
		}
		o := congruence.Default()
		o.Duplicates = congruence.KeepAll
		if len(ev.Actors) > 200 {
			return
		}
		nw, err := congruence.New(ev, o)
		if err != nil {
			t.Fatalf("the analysis refuses what was read: %v", err)
		}
		if nw.Counts.Read != r.Rows {
			t.Fatalf("%d events read, %d rows", nw.Counts.Read, r.Rows)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	text.WriteString("actor,concept,qualifier,date,document\n")
	const rows = 200_000
	for i := range rows {
		fmt.Fprintf(&text, "actor %d,concept %d,%d,2019-%02d-%02d,doc %d\n", i%193, i*7%6000, i%2, 1+i%12, 1+i%28, i/5)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, _, err := Read("x", strings.NewReader(text.String()), Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
