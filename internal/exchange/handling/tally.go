package handling

import (
	"cmp"
	"slices"
	"strings"
)

// Line is how often a decision was taken.
type Line struct {
	Partner    string `json:"partner"`
	Collection string `json:"collection"`
	Level      TLP    `json:"level"`
	// Outcome is "released", or the reasons against it joined by "+".
	Outcome string `json:"outcome"`
	Count   int    `json:"count"`
}

// Tally counts decisions by partner, collection, level and outcome. It is not
// safe for use by several goroutines.
type Tally struct{ counts map[tallyKey]int }

type tallyKey struct {
	partner, collection string
	level               TLP
	code                Code
}

// Add counts one decision.
func (t *Tally) Add(partner, collection string, x Subject, code Code) {
	if t.counts == nil {
		t.counts = map[tallyKey]int{}
	}
	t.counts[tallyKey{partner, collection, x.Level.effective(), code}]++
}

// Merge adds the counts of another tally.
func (t *Tally) Merge(o Tally) {
	for k, n := range o.counts {
		if t.counts == nil {
			t.counts = map[tallyKey]int{}
		}
		t.counts[k] += n
	}
}

// Total gives how many decisions were for and against release.
func (t *Tally) Total() (released, withheld int) {
	for k, n := range t.counts {
		if k.code == 0 {
			released += n
		} else {
			withheld += n
		}
	}
	return released, withheld
}

// Lines lists the counts in a fixed order.
func (t *Tally) Lines() []Line {
	var out []Line
	for k, n := range t.counts {
		out = append(out, Line{k.partner, k.collection, k.level, k.code.String(), n})
	}
	slices.SortFunc(out, func(a, b Line) int {
		return cmp.Or(strings.Compare(a.Partner, b.Partner), strings.Compare(a.Collection, b.Collection), cmp.Compare(a.Level, b.Level), strings.Compare(a.Outcome, b.Outcome))
	})
	return out
}
