package chart

import (
	"fmt"
	"time"
)

// day counts days since 1970-01-01; dates before that are negative.
type day int

// span is the first and the last day that a partial date can mean:
// "2014" runs from 2014-01-01 to 2014-12-31.
type span struct{ first, last day }

func (s span) exact() bool { return s.first == s.last }

// parseDate reads "2014", "2014-05" or "2014-05-29".
func parseDate(s string) (span, error) {
	for _, f := range []struct {
		layout        string
		years, months int
	}{{"2006-01-02", 0, 0}, {"2006-01", 0, 1}, {"2006", 1, 0}} {
		t, err := time.Parse(f.layout, s)
		if err != nil {
			continue
		}
		end := t
		if f.years+f.months > 0 {
			end = t.AddDate(f.years, f.months, -1)
		}
		return span{dayOf(t), dayOf(end)}, nil
	}
	return span{}, fmt.Errorf("chart: %q is not a date; write 2014, 2014-05 or 2014-05-29", s)
}

func dayOf(t time.Time) day { return day(t.Unix() / 86400) } // midnights only, so the division is exact

func (d day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

func (d day) String() string { return d.time().Format("2006-01-02") }

// tick is a labelled point of the axis.
type tick struct {
	at    day
	label string
}

// ticks returns at most max labelled points within [from, to], on whole years
// (every 1, 2, 5, 10 … of them) or, when the range is short, whole months.
func ticks(from, to day, max int) []tick {
	a, b := from.time(), to.time()
	months := (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month()) + 1
	for _, step := range []int{1, 3, 6, 12, 24, 60, 120, 240, 600, 1200} {
		if (months+step-1)/step > max && step < 1200 {
			continue
		}
		// Start on a multiple of the step counted from year 0, so that labels are round.
		m := a.Year()*12 + int(a.Month()) - 1
		if r := m % step; r != 0 {
			m += step - r
		} else if a.Day() > 1 {
			m += step
		}
		var out []tick
		for ; ; m += step {
			t := time.Date(m/12, time.Month(m%12+1), 1, 0, 0, 0, 0, time.UTC)
			if dayOf(t) > to {
				return out
			}
			label := t.Format("2006")
			if step < 12 {
				label = t.Format("2006-01")
			}
			out = append(out, tick{dayOf(t), label})
		}
	}
	return nil
}
