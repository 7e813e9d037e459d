package archive

import (
	"strings"

	"entente"
)

// Filter narrows an archive. The zero value takes every roll call.
type Filter struct {
	FromSession, ToSession int // inclusive; 0 is open
	// From and To are inclusive. A call that is dated to the month counts when
	// the whole month lies between them.
	From, To    entente.Date
	Topics      Topics   // any of them
	Resolutions []string // symbols; "73/27" stands for A/RES/73/27
	Words       string   // all of them, in title, symbol or reference, in any case
	WholeTexts  bool     // leave out votes on amendments and paragraphs
}

// IsZero reports whether the filter takes everything.
func (f *Filter) IsZero() bool {
	return f.FromSession == 0 && f.ToSession == 0 && f.From.IsZero() && f.To.IsZero() && f.Topics == 0 && len(f.Resolutions) == 0 && strings.TrimSpace(f.Words) == "" && !f.WholeTexts
}

// Select gives the indices of the calls that pass, in order. missing lists the
// resolutions asked for that no call is about.
func (a *Archive) Select(f Filter) (calls []int, missing []string) {
	want := map[string]bool{}
	for _, r := range f.Resolutions {
		want[Symbol(r)] = false
	}
	words := strings.Fields(strings.ToLower(f.Words))
	for i := range a.Calls {
		c := &a.Calls[i]
		if len(want) > 0 {
			key := Symbol(c.Resolution)
			if _, ok := want[key]; !ok {
				continue
			}
			want[key] = true
		}
		if f.pass(c, words) {
			calls = append(calls, i)
		}
	}
	for _, r := range f.Resolutions {
		if !want[Symbol(r)] {
			missing = append(missing, strings.TrimSpace(r))
		}
	}
	return calls, missing
}

func (f *Filter) pass(c *Call, words []string) bool {
	switch {
	case c.Session < f.FromSession, f.ToSession > 0 && c.Session > f.ToSession,
		!f.To.IsZero() && !c.Date.By(f.To),
		!f.From.IsZero() && (c.Date.IsZero() || c.Date.First().Compare(f.From.First()) < 0),
		f.Topics != 0 && c.Topics&f.Topics == 0,
		f.WholeTexts && !c.Whole():
		return false
	}
	if len(words) == 0 {
		return true
	}
	text := strings.ToLower(c.Title + " " + c.Resolution + " " + c.Reference)
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// Symbol brings a resolution's symbol to one form: upper case, no blanks, with
// A/RES/ before a bare "73/27". Empty stays empty.
func Symbol(s string) string {
	s = strings.ToUpper(strings.Join(strings.Fields(s), ""))
	if strings.HasPrefix(s, "A/") {
		return s
	}
	if s = strings.TrimPrefix(strings.TrimPrefix(s, "RES/"), "R/"); s == "" {
		return ""
	}
	return "A/RES/" + s
}
