package predict

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"entente"
)

// Kind is the sort of an item: what an answer to it is.
type Kind string

// The kinds of item, with their answers from the lowest to the highest.
const (
	Said   Kind = "statement" // rejects, doubts, reserved, affirms with conditions, affirms
	Voted  Kind = "vote"      // no, abstain, yes
	Signed Kind = "signature" // not on the list, on the list
)

// levels lists the answers of a kind by number.
func (k Kind) levels() int {
	switch k {
	case Said:
		return 5
	case Voted:
		return 3
	}
	return 2
}

// Side is what a forecast is about: the answers of every kind in three sorts.
type Side int

// The sides, in the order of every array of three in this package. For a vote
// they are no, abstain and yes.
const (
	Reject Side = iota
	Reserve
	Affirm
)

// Sides lists every side.
var Sides = []Side{Reject, Reserve, Affirm}

// sideOf gives the side of an answer.
func sideOf(k Kind, y int) Side {
	switch k {
	case Said:
		return [...]Side{Reject, Reject, Reserve, Affirm, Affirm}[y]
	case Voted:
		return Side(y)
	}
	return Side(2 * y)
}

// ItemID names an item: the id of a proposition or of an instrument. The two
// never clash in a corpus that was checked; a proposition comes first.
type ItemID string

// Item is something that actors answer: a proposition, or an instrument that
// was voted on or is open to signature.
type Item struct {
	ID    ItemID
	Kind  Kind
	Title string
	Date  entente.Date // of the vote or the instrument; zero for a proposition
	// Groups are the groups whose leaning bears on the item, with weights:
	// "line:…" for resolutions with the same title, "issue:…" for propositions.
	Groups []Loading
	// class is the set of items whose intercept and slope are drawn together.
	class string
	years float64 // the date in years, for the walk of a line
	words map[string]bool
}

// Loading is the weight of a group's leaning in an item.
type Loading struct {
	Group  string
	Weight float64
}

// line is the group of a resolution's line; empty for other items.
func (it *Item) line() string {
	if it.Kind == Voted && len(it.Groups) > 0 {
		return it.Groups[0].Group
	}
	return ""
}

// Find gives the item that a word names: the id of a proposition, the id or
// symbol of an instrument (A/RES/77/36 or 77/36), or the id of a roll call.
func Find(c *entente.Corpus, word string) (ItemID, error) {
	w := strings.TrimSpace(word)
	if c.Proposition(entente.PropositionID(w)) != nil || c.Instrument(entente.InstrumentID(w)) != nil {
		return ItemID(w), nil
	}
	if rc := c.RollCall(w); rc != nil {
		return ItemID(rc.Instrument), nil
	}
	bare := strings.TrimPrefix(strings.ToUpper(w), "A/RES/")
	for i := range c.Instruments {
		if s := strings.ToUpper(c.Instruments[i].Symbol); bare != "" && (s == bare || s == "A/RES/"+bare) {
			return ItemID(c.Instruments[i].ID), nil
		}
	}
	return "", &entente.Error{
		Kind: entente.NotFound, Op: "predict", Msg: fmt.Sprintf("no proposition, instrument or roll call is called %q", word),
		Hint: "name a proposition such as law-ihl, or a resolution such as A/RES/77/36",
	}
}

// describe makes the item of an id, without its line: what is known of it
// before anybody answers.
func describe(c *entente.Corpus, id ItemID, implied bool) (Item, bool) {
	if p := c.Proposition(entente.PropositionID(id)); p != nil {
		return Item{
			ID: id, Kind: Said, Title: p.Statement, Groups: []Loading{{issueOf(p), 1}}, class: "said:" + string(p.Pillar),
		}, true
	}
	in := c.Instrument(entente.InstrumentID(id))
	if in == nil {
		return Item{}, false
	}
	it := Item{ID: id, Kind: Signed, Title: in.Title, Date: in.Date, class: "signed"}
	if in.Kind == entente.Resolution {
		it.Kind, it.class = Voted, "voted"
		for _, rc := range c.RollCallsOn(in.ID) {
			if rc.Complete {
				it.Date = rc.Date
			}
		}
		it.words = titleWords(in.Title)
	}
	it.years = yearsOf(it.Date)
	if implied {
		it.Groups = impliedIssues(c, in.ID)
	}
	return it, true
}

// impliedIssues are the issues of the propositions that an instrument implies.
// Together they weigh as much as one issue.
func impliedIssues(c *entente.Corpus, id entente.InstrumentID) []Loading {
	seen := map[string]bool{}
	var out []Loading
	for _, im := range c.ImplicationsOf(id) {
		p := c.Proposition(im.Proposition)
		if p == nil || im.Polarity == entente.Opposes || seen[issueOf(p)] {
			continue
		}
		seen[issueOf(p)] = true
		out = append(out, Loading{Group: issueOf(p)})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Group < out[j].Group })
	for i := range out {
		out[i].Weight = 1 / math.Sqrt(float64(len(out)))
	}
	return out
}

func issueOf(p *entente.Proposition) string { return "issue:" + string(p.Pillar) + "/" + p.Issue }

// yearsOf is a date as years, with the fraction of the year by its last day.
func yearsOf(d entente.Date) float64 {
	if d.IsZero() {
		return 0
	}
	s := d.Last().String() // YYYY-MM-DD
	var y, m, day int
	if _, err := fmt.Sscanf(s, "%d-%d-%d", &y, &m, &day); err != nil {
		return float64(d.Year())
	}
	return float64(y) + (float64(m-1)+float64(day-1)/31)/12
}
