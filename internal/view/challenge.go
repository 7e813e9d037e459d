package view

import (
	"strings"

	"entente"
)

// Challenge disputes a record in public. Only those that still stand are shown.
type Challenge struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	By   string `json:"by"` // a role or pseudonym
	Date string `json:"date"`
}

// Quotation is a passage that a statement was read from.
type Quotation struct {
	Text      string `json:"text"`
	Lang      string `json:"lang,omitempty"`      // of the source, BCP 47
	Paragraph int    `json:"paragraph,omitempty"` // from 1; 0 when not known
}

// Used counts the records that the figures of a page rest on, each once, and how
// many of them are challenged.
type Used struct {
	Records    int `json:"records"`
	Challenged int `json:"challenged"`
}

// challenges gives the standing challenges to a record, named by its table and
// the parts of its key.
func (b Builder) challenges(table string, key ...string) []Challenge {
	var out []Challenge
	for _, c := range b.Corpus.ChallengesTo(table + ":" + strings.Join(key, "|")) {
		out = append(out, Challenge{c.ID, c.Text, c.By, c.Date.String()})
	}
	return out
}

// disputed adds to a piece of evidence what was quoted and what disputes it.
func (b Builder) disputed(e *Evidence) {
	switch e.Kind {
	case "statement":
		e.Challenges = b.challenges("statements", e.ID)
		for _, q := range b.Corpus.Quotations(e.ID) {
			x := Quotation{Text: q.Exact, Paragraph: q.Paragraph}
			if s := b.Corpus.Source(q.Source); s != nil {
				x.Lang = s.Lang
			}
			e.Quotations = append(e.Quotations, x)
		}
	case "act":
		e.Challenges = b.challenges("participation", e.Instrument, string(e.Actor), e.Role, string(e.Source))
	case "vote":
		e.Challenges = b.challenges("votes", e.ID, string(e.Actor))
	}
}

// recordSet collects the records that count, each once, and whether they are
// challenged.
type recordSet map[string]bool

// position adds the records of a position that count: not those left out, and
// not those that may lie after the as-of date.
func (r recordSet) position(p *Position) {
	for i := range p.Evidence {
		e := &p.Evidence[i]
		switch entente.Use(e.Use) {
		case entente.Decides, entente.Confirms, entente.Differs:
			r[e.Kind+"|"+e.ID+"|"+string(e.Actor)+"|"+string(e.Source)] = len(e.Challenges) > 0
		}
	}
}

func (r recordSet) count() (u Used) {
	for _, challenged := range r {
		u.Records++
		if challenged {
			u.Challenged++
		}
	}
	return u
}
