package desk

import (
	"math"
	"net/http"
	"slices"
	"strconv"

	"entente"
	"entente/analysis/candidates"
	"entente/internal/workbench"
)

// suggestScreen is what one paragraph may speak to. It proposes; nothing is coded
// by it.
type suggestScreen struct {
	Paragraph int           `json:"paragraph"`
	List      []suggestItem `json:"candidates"`
	Rate      string        `json:"rate"` // how good the suggestions are, in words
}

// suggestItem is one suggestion with its reasons.
type suggestItem struct {
	Proposition string   `json:"proposition"`
	Statement   string   `json:"statement"`
	Basis       int      `json:"basis"` // coded passages that it was learned from
	Words       []string `json:"words"`
	Share       float64  `json:"share"`
	Why         string   `json:"why"` // the same in words
	Use         string   `json:"-"`
}

// shownWords bounds the words of an explanation.
const shownWords = 5

// suggest ranks propositions for a paragraph.
func (c *Call) suggest(o *opened, paragraph int, x *choices) (*suggestScreen, error) {
	all, err := c.Desk.Bench.CandidatesAt(c.Context(), c.User, o.ID, paragraph)
	if err != nil {
		return nil, err
	}
	s := &suggestScreen{Paragraph: paragraph, Rate: c.rateWords(&all.HitRate), List: []suggestItem{}}
	for _, k := range all.Paragraphs[0] {
		it := suggestItem{Proposition: k.Proposition, Statement: x.words(entente.PropositionID(k.Proposition)), Basis: k.Basis, Share: math.Round(k.Share*1000) / 1000}
		for _, w := range k.Words[:min(len(k.Words), shownWords)] {
			it.Words = append(it.Words, w.Text)
		}
		it.Why = c.T.T("read.suggest.why", "n", k.Basis, "words", c.T.List(it.Words), "share", percent(k.Share))
		it.Use = o.at(0) + queryWith(map[string][]string{"paragraph": {strconv.Itoa(paragraph)}}, "proposition", k.Proposition) + "#code"
		s.List = append(s.List, it)
	}
	return s, nil
}

func percent(share float64) int { return int(math.Round(100 * share)) }

// rateWords tell the hit rate with what it was counted from.
func (c *Call) rateWords(h *workbench.HitRate) string {
	if h.Report == nil {
		return c.T.T("read.suggest.no-rate", "why", h.Why)
	}
	for _, m := range h.Report.Measures {
		if m.Name == candidates.ByModel {
			p := h.Report.Precision
			return c.T.T("read.suggest.rate", "folds", h.Report.Folds, "sources", h.Report.Sources,
				"k1", m.Hit1.K, "n1", m.Hit1.N, "p1", percent(m.Hit1.Share()), "k5", m.Hit5.K, "n5", m.Hit5.N, "p5", percent(m.Hit5.Share()),
				"k", p.K, "n", p.N, "p", percent(p.Share()))
		}
	}
	return ""
}

// blind tells whether the reader codes the document blind. Then nothing is
// suggested: coders who saw the same suggestions would agree for that reason.
func (c *Call) blind(tasks []workbench.Task) bool {
	return slices.ContainsFunc(tasks, func(t workbench.Task) bool { return t.Hides() && t.Has(c.User.Name) })
}

// showCandidates answers the script.
func showCandidates(c *Call) error {
	s, err := c.Query("paragraph", 8)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return Bad("paragraph", "it is not said which paragraph", "give its number")
	}
	o, err := c.open()
	if err != nil {
		return err
	}
	if o.paragraph(n) == nil {
		return &entente.Error{Kind: entente.NotFound, Op: "read paragraph", Place: s, Msg: "the text has no such paragraph", Hint: "load the text again"}
	}
	tasks, err := c.Desk.Bench.Tasks(c.Context(), c.User, workbench.TaskFilter{Document: o.ID})
	if err != nil {
		return err
	}
	if c.blind(tasks) {
		return c.json(http.StatusOK, &suggestScreen{Paragraph: n, List: []suggestItem{}, Rate: c.T.T("read.suggest.blind")})
	}
	x, err := c.choices()
	if err != nil {
		return err
	}
	screen, err := c.suggest(o, n, x)
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, screen)
}
