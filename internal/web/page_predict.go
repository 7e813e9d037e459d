package web

import (
	"fmt"
	"net/url"
	"sync"

	"entente"
	"entente/analysis/compare"
	"entente/analysis/predict"
	"entente/internal/view"
)

// keptPredictions is how many fits are kept; one has about 12 MB.
const keptPredictions = 8

// predictions keeps fitted models, one per set of settings. One is made at a
// time: a fit takes all cores for a second or two.
type predictions struct {
	fits *cache[*view.PredictFit]
	one  sync.Mutex
}

func newPredictions() *predictions {
	return &predictions{fits: newCache(keptPredictions, func(*view.PredictFit) int { return 1 })}
}

// get gives the fit of the settings, made when first asked for.
func (s *predictions) get(b view.VoteBuilder, o compare.Options) (*view.PredictFit, error) {
	o.Pillars, o.Issues = nil, nil
	return s.fits.get(fmt.Sprint(b.Corpus.AsOf(o.Settings), o.NoBloc, o.NoImplied, o.Unverified), func() (*view.PredictFit, error) {
		s.one.Lock()
		defer s.one.Unlock()
		return b.FitPredict(o)
	})
}

// predictScreen says what silent states would probably answer.
type predictScreen struct {
	V        *view.Predict
	Form     filterForm
	Groups   []predictGroup
	Answers  []predictAnswer // on record, from affirming to rejecting
	Settings string
	Record   string // the page of what was said
}

// predictGroup is the rows with the same likeliest side; Side is "thin" for
// those on whom there is not enough to say.
type predictGroup struct {
	Side string
	Rows []view.PredictRow
}

type predictAnswer struct {
	Side string
	N    int
}

func buildPredict(s *site, r *request) (*result, error) {
	id, err := predict.Find(s.corpus, r.path("id"))
	if err != nil {
		return nil, err
	}
	if string(id) != r.path("id") {
		return r.canonical("/predict/" + url.PathEscape(string(id))), nil
	}
	b, err := s.votes()
	if err != nil {
		return nil, err
	}
	fit, err := s.predictions.get(b, r.options)
	if err != nil {
		return nil, err
	}
	p, err := b.PredictPage(fit, id, false)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.Predict)
	screen := &predictScreen{V: v, Form: s.filterForm(r, false), Settings: queryOf(r.canon, basics), Record: "/instruments/" + string(id)}
	if s.corpus.Proposition(entente.PropositionID(id)) != nil {
		screen.Record = "/propositions/" + string(id) + screen.Settings
	}
	sides := view.PredictSides[predict.Kind(v.Question.Kind)]
	for k := len(sides) - 1; k >= 0; k-- {
		if sides[k] != "" {
			screen.Answers = append(screen.Answers, predictAnswer{sides[k], v.Question.Answers[sides[k]]})
		}
	}
	for _, g := range []string{"affirm", "reserve", "reject", "thin"} {
		group := predictGroup{Side: g}
		for _, row := range v.Rows {
			if row.Enough && row.Likely == g || !row.Enough && g == "thin" {
				group.Rows = append(group.Rows, row)
			}
		}
		if len(group.Rows) > 0 {
			screen.Groups = append(screen.Groups, group)
		}
	}
	return &result{
		view: p, screen: screen, settings: true, leftOut: -1, title: s.filterTitle(r, r.t.T("predict.title", "statement", v.Question.Title)), kicker: r.t.T("predict.kicker"),
		lede: r.t.T("predict.lede", "n", v.Counts.Silent, "states", v.Counts.States, "enough", v.Counts.Enough),
	}, nil
}
