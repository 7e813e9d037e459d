package web

import (
	"entente"
	"entente/internal/message"
	"entente/internal/view"
)

// shown is a position as a page prints it: the badge, the basis in words, and
// the evidence that folds under it.
type shown struct {
	Class      string // of the badge: a stance, "contested" or a kind of silence
	Readings   string
	Conditions string
	Basis      string
	Silence    string
	Count      string // "3 pieces of evidence"
	Challenged int    // of the pieces of evidence
	For        string // whose, for who hears the summary read out
	Anchor     string
	Evidence   []view.Evidence
	Read       []view.Reading
}

// position puts a position into words.
func (s *site) position(t *message.Catalogue, p view.Position, who, anchor string) shown {
	out := shown{Class: classOf(&p), Conditions: p.Conditions, For: who, Anchor: anchor, Evidence: p.Evidence, Read: p.Read}
	if len(p.Readings) > 0 {
		var words []string
		for _, r := range p.Readings {
			words = append(words, t.Label("stance", r))
		}
		out.Readings = t.List(words)
	}
	date := ""
	if len(p.Evidence) > 0 && p.Evidence[0].Use == string(entente.Decides) {
		date = p.Evidence[0].Date
		if p.Evidence[0].DateBasis != "" {
			date = t.T("position.by", "date", t.Date(date))
		} else if date != "" {
			date = t.T("position.on", "date", t.Date(date))
		}
	}
	switch p.Basis {
	case string(entente.Stated):
		out.Basis = t.T("position.stated", "when", date)
	case string(entente.ViaBloc):
		out.Basis = t.T("position.via", "body", s.actorRef(p.Via).Name, "when", date)
	case string(entente.Implied):
		out.Basis = t.T("position.implied", "when", date)
	}
	if p.Silence != nil && p.Basis == string(entente.None) {
		out.Silence = t.Label("silence", *p.Silence)
		if *p.Silence == string(entente.NotCoded) && len(p.Evidence) > 0 {
			out.Silence = t.T("position.uncounted") // there is a record, but none that counts
		}
	}
	for i := range p.Evidence {
		if len(p.Evidence[i].Challenges) > 0 {
			out.Challenged++
		}
	}
	switch n := len(p.Evidence); {
	case n > 0:
		out.Count = t.T("evidence.count", "n", n)
	case len(p.Read) > 0:
		out.Count = t.T("evidence.read", "n", len(p.Read))
	}
	return out
}

// classOf names a position by one word; see view.ClassOf.
func classOf(p *view.Position) string {
	switch {
	case p.Contested && p.Stance == nil:
		return "contested"
	case p.Stance != nil:
		return *p.Stance
	case p.Silence != nil:
		return *p.Silence
	}
	return string(entente.NotCoded)
}

// leftOutOf counts the unverified records that a list of positions leaves out.
func leftOutOf(evidence []view.Evidence) int {
	n := 0
	for _, e := range evidence {
		if e.Use == string(entente.LeftOut) {
			n++
		}
	}
	return n
}
