package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var lineOpts = TimelineOptions{ID: "t", Title: "Statements", Desc: "Synthetic example."}

// The golden file is small enough to read: a dated act, two acts of one day, a year only, a period.
func TestTimelineGolden(t *testing.T) {
	opts := lineOpts
	opts.AsOf, opts.AsOfLabel = "2021-02-19", "as of 2021-02-19"
	svg, err := Timeline([]Row{
		{Label: "State A", Href: "/actors/a", Marks: []Mark{
			{From: "2019-05-29", Class: Reserved, Title: "2019-05-29: reserved", Href: "#s1"},
			{From: "2021-05-28", Class: Affirms, Href: "#s2"},
			{From: "2021-05-28", Class: Rejects, Href: "#s3"},
		}},
		{Label: "State B", Marks: []Mark{{From: "2020", Class: Doubts}, {From: "2019-01", To: "2020-06", Class: AffirmsWithConditions, Letter: "c"}}},
	}, opts)
	if err != nil {
		t.Fatal(err)
	}
	plain(t, svg)
	golden(t, "timeline.svg", string(svg))
}

func TestTimelineMarksNeverOverlap(t *testing.T) {
	classes := Styles()
	rapid.Check(t, func(rt *rapid.T) {
		var rows []Row
		total := 0
		for i := range rapid.IntRange(1, 6).Draw(rt, "rows") {
			r := Row{Label: fmt.Sprint("State ", i)}
			for range rapid.IntRange(0, 25).Draw(rt, "marks") {
				m := Mark{From: drawDate(rt), Class: classes[rapid.IntRange(0, 9).Draw(rt, "class")].Class, Href: "#x"}
				if rapid.Bool().Draw(rt, "lasts") {
					m.To = "2024-05"
				}
				r.Marks = append(r.Marks, m)
				total++
			}
			rows = append(rows, r)
		}
		opts := lineOpts
		opts.From, opts.To = "1998", "2025"
		svg, err := Timeline(rows, opts)
		if err != nil {
			t.Fatal(err)
		}
		root := parse(t, svg)
		drawn := 0
		for _, row := range root.all("timeline-row") {
			var boxes [][4]float64
			height := float(t, row.Attr["data-height"])
			for _, m := range row.all("mark") {
				drawn++
				at := translate(t, m)
				b := [4]float64{at[0] - markSize/2, at[0] + markSize/2, at[1], at[1] + markSize}
				for _, bar := range m.all("bar") {
					x := at[0] + float(t, bar.Attr["x"])
					b[0], b[1] = min(b[0], x), max(b[1], x+float(t, bar.Attr["width"]))
				}
				if b[0] < labelW-1 || b[1] > timelineW || b[2] < 0 || b[3] > height {
					t.Fatalf("mark %v leaves its row", b)
				}
				for _, o := range boxes {
					if b[0] < o[1] && o[0] < b[1] && b[2] < o[3] && o[2] < b[3] {
						t.Fatalf("marks %v and %v overlap", b, o)
					}
				}
				boxes = append(boxes, b)
			}
		}
		if drawn != total {
			t.Fatalf("drew %d of %d marks", drawn, total)
		}
	})
}

func drawDate(rt *rapid.T) string {
	y, m, d := rapid.IntRange(1998, 2023).Draw(rt, "y"), rapid.IntRange(1, 12).Draw(rt, "m"), rapid.IntRange(1, 28).Draw(rt, "d")
	full := fmt.Sprintf("%04d-%02d-%02d", y, m, d)
	return full[:[]int{4, 7, 10}[rapid.IntRange(0, 2).Draw(rt, "precision")]]
}

func float(t testing.TB, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     string
	}{
		{"2019-01-01", "2022-01-01", "2019-01 2019-07 2020-01 2020-07 2021-01 2021-07 2022-01"},
		{"2013-06-01", "2022-01-01", "2014 2015 2016 2017 2018 2019 2020 2021 2022"},
		{"2020-03-01", "2020-06-15", "2020-03 2020-04 2020-05 2020-06"},
		{"1998-01-01", "2025-12-31", "2000 2005 2010 2015 2020 2025"},
		{"2019-01-02", "2019-02-20", "2019-02"},
	} {
		a, _ := parseDate(c.from)
		b, _ := parseDate(c.to)
		var got []string
		for _, k := range ticks(a.first, b.first, maxTicks) {
			got = append(got, k.label)
		}
		if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" {
			t.Errorf("%s to %s: %s", c.from, c.to, d)
		}
	}
}

func TestTickLabelsNeverOverlap(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		from := day(rapid.IntRange(-40000, 40000).Draw(rt, "from"))
		to := from + day(rapid.IntRange(1, 60000).Draw(rt, "length"))
		l := &timelineLayout{from: from, to: to}
		last := math.Inf(-1)
		for _, k := range ticks(from, to, maxTicks) {
			half := textWidth(k.label, 13) / 2
			if l.x(k.at)-half < last {
				t.Fatalf("label %s overlaps the one before (axis %s to %s)", k.label, from, to)
			}
			last = l.x(k.at) + half
		}
	})
}

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"2014":       "2014-01-01 2014-12-31",
		"2020-02":    "2020-02-01 2020-02-29",
		"2021-05-28": "2021-05-28 2021-05-28",
		"1969-12-31": "1969-12-31 1969-12-31",
	} {
		s, err := parseDate(in)
		if got := s.first.String() + " " + s.last.String(); err != nil || got != want {
			t.Errorf("%s: got %s, %v; want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"", "2014-13", "2021-02-29", "14", "2014-5-1", "May 2014", "2014-05-29T00:00:00Z"} {
		if _, err := parseDate(in); err == nil {
			t.Errorf("%q was read as a date", in)
		}
	}
}

func TestTimelineRefuses(t *testing.T) {
	row := func(m Mark) []Row { return []Row{{Label: "State A", Marks: []Mark{m}}} }
	with := func(f func(*TimelineOptions)) TimelineOptions { o := lineOpts; f(&o); return o }
	for _, c := range []struct {
		name string
		rows []Row
		opts TimelineOptions
		want string
	}{
		{"no rows", nil, lineOpts, "no rows"},
		{"a date that is none", row(Mark{From: "2021-02-30", Class: Affirms}), lineOpts, `"2021-02-30" is not a date; write 2014, 2014-05 or 2014-05-29 (row "State A", mark 1)`},
		{"a period that ends before it starts", row(Mark{From: "2021", To: "2020", Class: Affirms}), lineOpts, "ends (2020) before"},
		{"an unknown class", row(Mark{From: "2021", Class: "likes"}), lineOpts, "unknown stance class"},
		{"an axis that is too short", row(Mark{From: "2021", Class: Affirms}), with(func(o *TimelineOptions) { o.To = "2020-01"; o.From = "2019" }), "does not hold"},
		{"an axis the wrong way round", row(Mark{From: "2021", Class: Affirms}), with(func(o *TimelineOptions) { o.From = "2023" }), "before it starts"},
		{"nothing to draw", []Row{{Label: "State A"}}, lineOpts, "no mark"},
		{"an as-of that is no date", row(Mark{From: "2021", Class: Affirms}), with(func(o *TimelineOptions) { o.AsOf = "now" }), "option AsOf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Timeline(c.rows, c.opts)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestFitShortensLongLabels(t *testing.T) {
	for _, s := range []string{"Estonia", "Democratic People's Republic of Korea", strings.Repeat("日本", 30)} {
		got := fit(s, 14, 168)
		if textWidth(got, 14) > 168 {
			t.Errorf("%q is still too wide", got)
		}
	}
	for s, want := range map[string]int{"Estonia": 1, "Democratic People's Republic of Korea": 2, strings.Repeat("x", 80): 1, strings.Repeat("word ", 30): 2} {
		got := lines(s, 13.5, 166)
		if len(got) != want {
			t.Errorf("%q: %d lines, want %d", s, len(got), want)
		}
		for _, l := range got {
			if textWidth(l, 13.5) > 166 {
				t.Errorf("line %q is too wide", l)
			}
		}
	}
	if got := fit("Estonia", 14, 168); got != "Estonia" {
		t.Errorf("got %q", got)
	}
}
