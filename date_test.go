package entente_test

import (
	"testing"
	"time"

	"entente"

	"pgregory.net/rapid"
)

func TestParseDate(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		bad      bool
	}{
		{"nothing is the unknown date", "", false},
		{"a year", "2014", false},
		{"a month", "2020-10", false},
		{"a day", "2014-05-29", false},
		{"29 February of a leap year", "2020-02-29", false},
		{"29 February of 2000, a leap year by the rule of 400", "2000-02-29", false},
		{"29 February of a common year", "2021-02-29", true},
		{"29 February of 1900, no leap year by the rule of 100", "1900-02-29", true},
		{"30 February", "2021-02-30", true},
		{"31 April", "2021-04-31", true},
		{"day zero", "2021-04-00", true},
		{"month zero", "2021-00", true},
		{"month thirteen", "2021-13", true},
		{"a year of two digits", "21", true},
		{"a year of five digits", "20210", true},
		{"a year before 1000", "0999", true},
		{"a month of one digit", "2021-2", true},
		{"a day of one digit", "2021-02-9", true},
		{"slashes", "2021/02/19", true},
		{"the European order", "19-02-2021", true},
		{"a time of day", "2021-02-19T10:00", true},
		{"four parts", "2021-02-19-01", true},
		{"a trailing dash", "2021-", true},
		{"a negative year", "-2021", true},
		{"a plus sign", "+021", true},
		{"spaces", " 2021", true},
		{"digits of another script", "２０２１", true},
		{"a word", "today", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, err := entente.ParseDate(tc.in)
			if tc.bad {
				if entente.KindOf(err) != entente.Invalid {
					t.Fatalf("ParseDate(%q) = %v, error %v; want an error of kind invalid", tc.in, d, err)
				}
				if d != (entente.Date{}) {
					t.Errorf("ParseDate(%q) gave %v beside its error", tc.in, d)
				}
				return
			}
			if err != nil {
				t.Fatalf("ParseDate(%q): %v", tc.in, err)
			}
			if got := d.String(); got != tc.in {
				t.Errorf("ParseDate(%q).String() = %q", tc.in, got)
			}
		})
	}
}

func TestDayPanicsOnAnImpossibleDate(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Day(2021, 2, 30) did not panic")
		}
	}()
	entente.Day(2021, 2, 30)
}

func TestDateAsText(t *testing.T) {
	for _, in := range []string{"", "2014", "2014-05", "2014-05-29"} {
		var d entente.Date
		if err := d.UnmarshalText([]byte(in)); err != nil {
			t.Fatal(err)
		}
		if b, err := d.MarshalText(); err != nil || string(b) != in {
			t.Errorf("text of %q came back as %q, error %v", in, b, err)
		}
	}
	var d entente.Date
	if err := d.UnmarshalText([]byte("2014-13")); err == nil {
		t.Error("UnmarshalText accepted month 13")
	}
}

// The example of the design: "2014" contains 2014-05-29 and is neither before
// nor after it.
func TestAPartialDateStandsForItsWholeSpan(t *testing.T) {
	year, month, day := date(t, "2014"), date(t, "2014-05"), date(t, "2014-05-29")
	for _, tc := range []struct {
		name      string
		got, want bool
	}{
		{"the year contains the day", year.Contains(day), true},
		{"the year contains the month", year.Contains(month), true},
		{"the month contains the day", month.Contains(day), true},
		{"a date contains itself", day.Contains(day), true},
		{"the day does not contain the year", day.Contains(year), false},
		{"the year is not by a day within it", year.By(day), false},
		{"the year may postdate a day within it", year.MayPostdate(day), true},
		{"the day is by the year that contains it", day.By(year), true},
		{"the day does not postdate its year", day.MayPostdate(year), false},
		{"the year is by its own last day", year.By(date(t, "2014-12-31")), true},
		{"the year is not by the last day but one", year.By(date(t, "2014-12-30")), false},
		{"the year does not start before the year before ended", year.MayPostdate(date(t, "2013-12-31")), false},
		{"an unknown date is by no day", entente.Date{}.By(day), false},
		{"nothing is by an unknown day", day.By(entente.Date{}), false},
		{"an unknown date does not postdate", entente.Date{}.MayPostdate(day), false},
		{"an unknown date contains nothing", entente.Date{}.Contains(day), false},
		{"nothing contains an unknown date", year.Contains(entente.Date{}), false},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: got %v", tc.name, tc.got)
		}
	}
	if got := date(t, "2024-02").Last().String(); got != "2024-02-29" {
		t.Errorf("last day of 2024-02 is %s", got)
	}
	if !year.Partial() || !month.Partial() || day.Partial() || (entente.Date{}).Partial() {
		t.Error("Partial: years and months are, days and the unknown date are not")
	}
}

func date(t testing.TB, s string) entente.Date {
	t.Helper()
	d, err := entente.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// anyDate draws a known date of year, month or day precision in a narrow range,
// so that drawn dates meet.
func anyDate(rt *rapid.T, label string) entente.Date {
	start := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	s := start.AddDate(0, 0, rapid.IntRange(0, 4*365).Draw(rt, label)).Format(time.DateOnly)
	s = s[:rapid.SampledFrom([]int{4, 7, 10}).Draw(rt, label+" precision")]
	d, err := entente.ParseDate(s)
	if err != nil {
		rt.Fatal(err)
	}
	return d
}

// days lists the days of the span a date names, by the calendar of package
// time: the oracle for the properties below.
func days(d entente.Date) []time.Time {
	layout := map[int]string{4: "2006", 7: "2006-01", 10: time.DateOnly}[len(d.String())]
	at, err := time.Parse(layout, d.String())
	if err != nil {
		panic(err)
	}
	var out []time.Time
	for day := at; day.Format(layout) == d.String(); day = day.AddDate(0, 0, 1) {
		out = append(out, day)
	}
	return out
}

func ends(d entente.Date) (first, last time.Time) {
	all := days(d)
	return all[0], all[len(all)-1]
}

func TestDateProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d, o, e := anyDate(rt, "d"), anyDate(rt, "o"), anyDate(rt, "e")
		dFirst, dLast := ends(d)
		oFirst, oLast := ends(o)

		if got := d.First().String(); got != dFirst.Format(time.DateOnly) {
			rt.Fatalf("%v.First() = %s", d, got)
		}
		if got := d.Last().String(); got != dLast.Format(time.DateOnly) {
			rt.Fatalf("%v.Last() = %s", d, got)
		}
		if back, err := entente.ParseDate(d.String()); err != nil || back != d {
			rt.Fatalf("%v came back as %v, %v", d, back, err)
		}
		if got, want := o.Contains(d), !dFirst.Before(oFirst) && !dLast.After(oLast); got != want {
			rt.Fatalf("%v.Contains(%v) = %v", o, d, got)
		}
		if got, want := d.By(o), !dLast.After(oLast); got != want {
			rt.Fatalf("%v.By(%v) = %v", d, o, got)
		}
		later := dFirst.After(oLast)
		if n := count(d.By(o), d.MayPostdate(o), later); n != 1 {
			rt.Fatalf("%v against %v: by %v, may postdate %v, later %v; exactly one must hold", d, o, d.By(o), d.MayPostdate(o), later)
		}
		if o.Contains(d) && !d.By(o) {
			rt.Fatalf("%v contains %v, which is yet not by it", o, d)
		}
		if d.MayPostdate(o) && !d.Partial() {
			rt.Fatalf("the day %v may postdate %v; only a partial date can", d, o)
		}
		if d.Compare(o) != -o.Compare(d) || (d.Compare(o) == 0) != (d == o) {
			rt.Fatalf("Compare(%v, %v) = %d and %d the other way", d, o, d.Compare(o), o.Compare(d))
		}
		if d.Compare(o) <= 0 && o.Compare(e) <= 0 && d.Compare(e) > 0 {
			rt.Fatalf("Compare is not transitive over %v, %v, %v", d, o, e)
		}
		if dLast.Before(oFirst) && d.Compare(o) >= 0 {
			rt.Fatalf("%v lies before %v, Compare says %d", d, o, d.Compare(o))
		}
		if (entente.Date{}).Compare(d) != -1 {
			rt.Fatalf("the unknown date does not come before %v", d)
		}
	})
}

func count(list ...bool) (n int) {
	for _, b := range list {
		if b {
			n++
		}
	}
	return n
}

func TestSpanCovers(t *testing.T) {
	for _, tc := range []struct {
		name, from, to, day string
		want                bool
	}{
		{"within", "2012", "2013", "2012-06", false}, // the first day in 2012 is not known
		{"after the start year", "2012", "2013", "2013", false},
		{"within known days", "2012-01-01", "2013-12-31", "2012-06", true},
		{"on the first day", "2012-01-01", "2013-12-31", "2012-01-01", true},
		{"on the last day", "2012-01-01", "2013-12-31", "2013-12-31", true},
		{"the day before", "2012-01-01", "2013-12-31", "2011-12-31", false},
		{"the day after", "2012-01-01", "2013-12-31", "2014-01-01", false},
		{"an open end covers all that follows", "2004-05-01", "", "2021", true},
		{"a year in which it ends is not wholly covered", "2004-05-01", "2020-01-31", "2020", false},
		{"a month that reaches beyond the end", "2004-05-01", "2020-01-15", "2020-01", false},
		{"the year after a start year", "2012", "", "2013-01-01", true},
		{"an unknown start is not taken as always", "", "2020", "2010", false},
		{"an unknown day is covered by nothing", "2004-05-01", "", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := entente.Span{From: date(t, tc.from), To: date(t, tc.to)}
			if got := s.Covers(date(t, tc.day)); got != tc.want {
				t.Errorf("%v to %v covers %v: got %v", tc.from, tc.to, tc.day, got)
			}
		})
	}
}

// Covers is a claim that must hold however the partial dates are meant: for
// every start day, every end day and every day asked for.
func TestSpanCoversIsCertain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := entente.Span{From: anyDate(rt, "from")}
		if rapid.Bool().Draw(rt, "closed") {
			s.To = anyDate(rt, "to")
		}
		d := anyDate(rt, "day")
		dFirst, dLast := ends(d)
		_, lateStart := ends(s.From)
		want := !lateStart.After(dFirst)
		if !s.To.IsZero() {
			earlyEnd, _ := ends(s.To)
			want = want && !earlyEnd.Before(dLast)
		}
		if got := s.Covers(d); got != want {
			rt.Fatalf("%+v covers %v: got %v", s, d, got)
		}
	})
}

func TestSpanOverlap(t *testing.T) {
	for _, tc := range []struct {
		name         string
		aFrom, aTo   string
		bFrom, bTo   string
		asOf         string
		since, until string
		none         bool
	}{
		// Of 2012 and 2012-08 the year may begin later: only by its end have both certainly begun.
		{"both closed", "2012", "2013", "2012-08", "2013-06", "2021", "2012", "2013-06", false},
		{"a shared year counts", "2012", "2013", "2013", "2015", "2021", "2013", "2013", false},
		{"one after the other", "2009", "2010", "2012", "2013", "2021", "", "", true},
		{"both open", "2008-05-14", "", "2018-01-12", "", "2021", "2018-01-12", "", false},
		{"one open", "2008-05-14", "", "2015", "2018", "2021", "2015", "2018", false},
		{"begins only after the day", "2008-05-14", "", "2022-11-04", "", "2021-02-19", "", "", true},
		{"begins on the day", "2008-05-14", "", "2021-02-19", "", "2021-02-19", "2021-02-19", "", false},
		{"begins in the year of the day, it is not known when", "2019", "2025", "2021", "2025", "2021-02-19", "", "", true},
		{"the year of the day has passed", "2019", "2025", "2021", "2025", "2021-12-31", "2021", "2025", false},
		{"an unknown start", "", "2020", "2012", "2013", "2021", "", "", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := entente.Span{From: date(t, tc.aFrom), To: date(t, tc.aTo)}
			b := entente.Span{From: date(t, tc.bFrom), To: date(t, tc.bTo)}
			got, ok := a.Overlap(b, date(t, tc.asOf))
			if ok == tc.none {
				t.Fatalf("overlap found: %v (%v)", ok, got)
			}
			if got.From.String() != tc.since || got.To.String() != tc.until {
				t.Errorf("overlap is %v to %v, want %s to %s", got.From, got.To, tc.since, tc.until)
			}
			if mirrored, okToo := b.Overlap(a, date(t, tc.asOf)); okToo != ok || mirrored != got {
				t.Errorf("the other way round: %v, %v", mirrored, okToo)
			}
		})
	}
}

func TestSpanOverlapProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		span := func(label string) entente.Span {
			s := entente.Span{From: anyDate(rt, label+" from")}
			if rapid.Bool().Draw(rt, label+" closed") {
				s.To = anyDate(rt, label+" to")
			}
			return s
		}
		a, b, asOf := span("a"), span("b"), anyDate(rt, "as of")
		got, ok := a.Overlap(b, asOf)
		if back, okToo := b.Overlap(a, asOf); okToo != ok || back != got {
			rt.Fatalf("not symmetric: %v %v, %v %v", got, ok, back, okToo)
		}
		if ok && !got.From.By(asOf) {
			rt.Fatalf("overlap since %v is not certainly by %v", got.From, asOf)
		}
		if ok && got.From.Compare(a.From) < 0 {
			rt.Fatalf("overlap begins %v, before %v", got.From, a.From)
		}
	})
}
