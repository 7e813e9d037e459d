package compare

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"entente"
	"entente/analysis/alignment"
)

// Options choose what is compared. The zero value compares everything as of
// the corpus's release.
type Options struct {
	entente.Settings
	Pillars []entente.Pillar // empty means all
	Issues  []string         // empty means all; case does not matter
}

// Outcome is the result for one proposition.
type Outcome string

// The outcomes for two actors, and for more than two.
const (
	Agree       Outcome = "agree"         // same side, same level
	AgreeInPart Outcome = "agree-in-part" // same side, another level or other conditions
	Differ      Outcome = "differ"
	OneSilent   Outcome = "one-silent"
	BothSilent  Outcome = "both-silent"

	Split        Outcome = "split"
	PartlySilent Outcome = "partly-silent" // all who took a side are on the same one
	AllSilent    Outcome = "all-silent"
)

// PairOutcomes and GroupOutcomes list the outcomes in the order of display.
var (
	PairOutcomes  = []Outcome{Agree, AgreeInPart, Differ, OneSilent, BothSilent}
	GroupOutcomes = []Outcome{Agree, Split, PartlySilent, AllSilent}
)

// Row is the comparison on one proposition. Positions are parallel to the
// report's actors.
type Row struct {
	Proposition *entente.Proposition
	Outcome     Outcome
	Positions   []entente.Position
	// Contested says that the records of at least one actor point to both
	// sides; the row then enters no agreement figure.
	Contested bool
	// Chance says that every actor had the chance to address it and was looked
	// at: only such rows belong in denominators.
	Chance bool
}

// Report is a comparison.
type Report struct {
	Actors      []*entente.Actor
	AsOf        entente.Date
	Options     Options
	Rows        []Row
	Acts        []Act
	Asymmetries []Asymmetry
	// NotCounted are differences in acts on which it is not on record that all
	// actors were looked at: they may be gaps of the corpus.
	NotCounted []Asymmetry
	Votes      Votes
	Summary    Summary
}

// Summary counts rows by outcome, with the bases from which they are counted.
type Summary struct {
	Propositions int // rows in all
	ByOutcome    map[Outcome]int
	ByPillar     map[entente.Pillar]map[Outcome]int
	Chance       int // rows that all had the chance to address and were looked at for
	Spoke        int // rows on which all took a side
	Contested    int // rows left out of Agreement because records conflict
	// Agreement is over the rows on which both took a side; for more than two
	// actors it is absent.
	Agreement alignment.Agreement
	LeftOut   int // unverified records that were left out
}

// Compare compares two or more actors. It errs on an unknown actor, on one
// named twice, and on an unknown pillar or issue.
func Compare(c *entente.Corpus, ids []entente.ActorID, o Options) (*Report, error) {
	actors, err := lookUp(c, ids, 2)
	if err != nil {
		return nil, err
	}
	props, err := o.propositions(c)
	if err != nil {
		return nil, err
	}
	r := &Report{Actors: actors, AsOf: c.AsOf(o.Settings), Options: o}
	for _, p := range props {
		row := Row{Proposition: p, Positions: make([]entente.Position, len(ids)), Chance: true}
		for i, a := range ids {
			row.Positions[i] = c.Position(a, p.ID, o.Settings)
			row.Contested = row.Contested || row.Positions[i].Contested && row.Positions[i].Stance == ""
			row.Chance = row.Chance && row.Positions[i].AddressedOrCould()
		}
		row.Outcome = outcome(row.Positions)
		r.Rows = append(r.Rows, row)
	}
	r.Acts = sharedActs(c, r)
	r.Asymmetries, r.NotCounted = asymmetries(c, r)
	r.Votes = votes(c, ids, r.AsOf)
	r.Summary = summarise(r)
	return r, nil
}

func lookUp(c *entente.Corpus, ids []entente.ActorID, least int) ([]*entente.Actor, error) {
	if len(ids) < least {
		return nil, &entente.Error{
			Kind: entente.Invalid, Op: "compare", Msg: fmt.Sprintf("%d actors are needed, %d given", least, len(ids)),
			Hint: "name at least " + fmt.Sprint(least) + ", for example est jpn",
		}
	}
	var out []*entente.Actor
	for i, id := range ids {
		a := c.Actor(id)
		if a == nil {
			return nil, &entente.Error{Kind: entente.NotFound, Op: "compare", Msg: fmt.Sprintf("there is no actor %q", id), Hint: "entente search finds actors by name"}
		}
		if slices.Contains(ids[:i], id) {
			return nil, &entente.Error{Kind: entente.Invalid, Op: "compare", Msg: a.Name + " is named twice", Hint: "name each actor once"}
		}
		out = append(out, a)
	}
	return out, nil
}

// propositions selects by pillar and issue and orders for display.
func (o Options) propositions(c *entente.Corpus) ([]*entente.Proposition, error) {
	pillars, issues := map[entente.Pillar]int{}, map[string]bool{}
	for i, p := range entente.Pillars {
		pillars[p] = i
	}
	want := map[entente.Pillar]bool{}
	for _, p := range o.Pillars {
		if _, ok := pillars[p]; !ok {
			return nil, &entente.Error{Kind: entente.Invalid, Op: "compare", Msg: fmt.Sprintf("there is no pillar %q", p), Hint: fmt.Sprintf("expected one of %v", entente.Pillars)}
		}
		want[p] = true
	}
	known := map[string]bool{}
	for i := range c.Propositions {
		known[strings.ToLower(c.Propositions[i].Issue)] = true
	}
	for _, s := range o.Issues {
		if !known[strings.ToLower(s)] {
			return nil, &entente.Error{Kind: entente.Invalid, Op: "compare", Msg: fmt.Sprintf("there is no issue %q", s), Hint: "expected one of " + strings.Join(sortedKeys(known), ", ")}
		}
		issues[strings.ToLower(s)] = true
	}
	var out []*entente.Proposition
	for i := range c.Propositions {
		p := &c.Propositions[i]
		if (len(want) == 0 || want[p.Pillar]) && (len(issues) == 0 || issues[strings.ToLower(p.Issue)]) {
			out = append(out, p)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if a, b := pillars[out[i].Pillar], pillars[out[j].Pillar]; a != b {
			return a < b
		}
		return out[i].ID < out[j].ID
	})
	return out, nil
}

func sortedKeys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// outcome types the result. A contested position with readings on both sides
// counts as taken, and as differing from whatever stands beside it: the cautious
// reading, which is flagged and kept out of agreement figures.
func outcome(ps []entente.Position) Outcome {
	taken, plus, minus, split, partly := 0, false, false, false, false
	for i := range ps {
		p := &ps[i]
		switch {
		case p.Contested && p.Stance == "":
			taken, split = taken+1, true
		case p.Taken():
			taken++
			plus, minus = plus || p.Stance.Sign() > 0, minus || p.Stance.Sign() < 0
			partly = partly || p.Stance != ps[0].Stance || p.Conditions != ps[0].Conditions
		}
	}
	split = split && taken > 1 || plus && minus
	if len(ps) == 2 {
		switch {
		case taken == 0:
			return BothSilent
		case taken == 1:
			return OneSilent
		case split:
			return Differ
		case partly:
			return AgreeInPart
		}
		return Agree
	}
	switch {
	case taken == 0:
		return AllSilent
	case split:
		return Split
	case taken < len(ps):
		return PartlySilent
	}
	return Agree
}

func summarise(r *Report) Summary {
	s := Summary{Propositions: len(r.Rows), ByOutcome: map[Outcome]int{}, ByPillar: map[entente.Pillar]map[Outcome]int{}}
	var a, b []int
	for i := range r.Rows {
		row := &r.Rows[i]
		s.ByOutcome[row.Outcome]++
		if s.ByPillar[row.Proposition.Pillar] == nil {
			s.ByPillar[row.Proposition.Pillar] = map[Outcome]int{}
		}
		s.ByPillar[row.Proposition.Pillar][row.Outcome]++
		all := true
		for j := range row.Positions {
			all = all && row.Positions[j].Taken()
			for _, e := range row.Positions[j].Evidence {
				if e.Use == entente.LeftOut {
					s.LeftOut++
				}
			}
		}
		switch {
		case row.Contested:
			s.Contested++
		case all:
			s.Spoke++
			a, b = append(a, side(row.Positions[0].Stance)), append(b, side(row.Positions[1].Stance))
		}
		if row.Chance {
			s.Chance++
		}
	}
	if len(r.Actors) == 2 {
		s.Agreement = alignment.Nominal(a, b, 2)
	}
	return s
}

// side maps a stance to the category 0 (affirms) or 1 (rejects).
func side(s entente.Stance) int {
	if s.Sign() > 0 {
		return 0
	}
	return 1
}
