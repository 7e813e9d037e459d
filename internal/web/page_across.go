package web

import (
	"entente"
	"entente/analysis/compare"
	"entente/internal/view"
)

// changesScreen says what changed between two dates.
type changesScreen struct {
	V        *view.Changes
	Form     filterForm
	Rows     []changeRow
	Kinds    []classCount
	Settings string
	Basics   string
}

type changeRow struct {
	view.Change
	Was, Is shown
}

// changeKinds lists what can become of a position, the weightiest first.
var changeKinds = []string{view.Moved, view.Spoke, view.Withdrawn, view.Dispute, view.BasisMoved, view.SilenceKind}

func buildChanges(s *site, r *request) (*result, error) {
	words := r.segments("actors")
	ids, changed, err := s.resolveAll(words, 1)
	if err != nil {
		return nil, err
	}
	if changed {
		return r.canonical("/changes/" + joinIDs(ids)), nil
	}
	if r.from.IsZero() || r.to.IsZero() {
		return nil, bad("address", "two dates are needed", "for example ?from=2021-02-19&to=2021-12-31")
	}
	p, err := s.views.Changes(ids, r.from, r.to, r.options)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.Changes)
	screen := &changesScreen{V: v, Form: s.filterForm(r, true), Settings: queryOf(with(r.canon, "as_of", v.To), settings), Basics: queryOf(with(r.canon, "as_of", v.To), basics)}
	for _, k := range changeKinds {
		if n := v.Counts[k]; n > 0 {
			screen.Kinds = append(screen.Kinds, classCount{k, n})
		}
	}
	screen.Form.Dated = false // the two dates stand in its place
	left := 0
	for _, c := range v.Positions {
		who := s.actorRef(c.Actor).Name
		left += leftOutOf(c.After.Evidence)
		screen.Rows = append(screen.Rows, changeRow{c, s.position(r.t, c.Before, who, ""), s.position(r.t, c.After, who, "e-"+string(c.ID)+"-"+string(c.Actor))})
	}
	r.options.AsOf = r.to // the settings in words
	return &result{
		view: p, screen: screen, settings: true, leftOut: left, kicker: r.t.T("changes.kicker"),
		title: r.t.T("changes.title", "names", r.t.List(namesOf(v.Actors)), "from", r.t.Date(v.From), "to", r.t.Date(v.To)),
		lede:  r.t.T("changes.lede", "n", len(v.Positions), "outcomes", len(v.Outcomes), "acts", len(v.Acts), "votes", len(v.Votes)),
	}, nil
}

// nearestScreen ranks the other actors by how near they stand to one.
type nearestScreen struct {
	V        *view.Nearest
	Form     filterForm
	Pillars  []entente.Pillar
	Best     []view.Neighbour // with a common question, the first of them
	More     []view.Neighbour
	Votes    []view.Neighbour // with common votes only
	Settings string
}

func buildNearest(s *site, r *request) (*result, error) {
	ids, changed, err := s.resolveAll([]string{r.path("id")}, 1)
	if err != nil {
		return nil, err
	}
	if changed {
		return r.canonical("/nearest/" + joinIDs(ids)), nil
	}
	board, err := s.board(r.options)
	if err != nil {
		return nil, err
	}
	p, err := s.views.Nearest(ids[0], r.options, board)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.Nearest)
	screen := &nearestScreen{V: v, Form: s.filterForm(r, true), Pillars: entente.Pillars, Settings: queryOf(r.canon, settings)}
	if len(r.options.Pillars) > 0 {
		screen.Pillars = r.options.Pillars
	}
	for _, n := range v.Neighbours {
		if n.Overall.N > 0 {
			screen.Best = append(screen.Best, n)
		} else {
			screen.Votes = append(screen.Votes, n)
		}
	}
	n := len(screen.Best)
	screen.Best, screen.More = firstOf(screen.Best)
	return &result{
		view: p, screen: screen, settings: true, leftOut: -1, kicker: r.t.T("nearest.kicker"),
		title: s.filterTitle(r, r.t.T("nearest.title", "name", v.Actor.Name)), lede: r.t.T("nearest.lede", "n", n, "name", v.Actor.Name),
	}, nil
}

// shownFirst is how many lines of a long list stand open.
const shownFirst = 25

// firstOf parts a long list into what stands open and what is folded.
func firstOf[T any](list []T) (first, rest []T) {
	if len(list) <= shownFirst+5 { // a fold for a few lines would only hide them
		return list, nil
	}
	return list[:shownFirst], list[shownFirst:]
}

// bridgeTable is one table of candidates.
type bridgeTable struct {
	*bridgeScreen
	ID   string
	Rows []view.BridgeRow
}

// Tables gives what stands open and what is folded.
func (b *bridgeScreen) Tables() (out []bridgeTable) {
	for i, rows := range [][]view.BridgeRow{b.Best, b.More} {
		if len(rows) > 0 {
			out = append(out, bridgeTable{b, []string{"c-best", "c-more"}[i], rows})
		}
	}
	return out
}

// bridgeScreen lists who agrees with both of two actors where the two differ.
type bridgeScreen struct {
	V         *view.Bridge
	Form      filterForm
	Questions map[string]view.Question
	Best      []view.BridgeRow
	More      []view.BridgeRow
	Settings  string
	Basics    string
}

func buildBridge(s *site, r *request) (*result, error) {
	ids, changed, err := s.resolveAll([]string{r.path("a"), r.path("b")}, 2)
	if err != nil {
		return nil, err
	}
	if changed {
		return r.canonical("/bridge/" + joinIDs(ids)), nil
	}
	board, err := s.board(r.options)
	if err != nil {
		return nil, err
	}
	p, err := s.views.Bridge(ids[0], ids[1], r.options, board)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.Bridge)
	screen := &bridgeScreen{V: v, Form: s.filterForm(r, true), Questions: map[string]view.Question{}, Settings: queryOf(r.canon, settings), Basics: queryOf(r.canon, basics)}
	for _, q := range v.Questions {
		screen.Questions[q.ID] = q
	}
	screen.Best, screen.More = firstOf(v.Bridges)
	return &result{
		view: p, screen: screen, settings: true, leftOut: -1, kicker: r.t.T("bridge.kicker"),
		title: s.filterTitle(r, r.t.T("bridge.title", "names", r.t.List(namesOf(v.Actors)))),
		lede:  r.t.T("bridge.lede", "n", len(v.Bridges), "questions", r.t.T("count.questions", "n", len(v.Questions)), "names", r.t.List(namesOf(v.Actors))),
	}, nil
}

// blocScreen looks inside a bloc, and at an outsider beside it.
type blocScreen struct {
	V        *view.Bloc
	Form     filterForm
	Verdicts []verdictBlock
	Settings string
	Basics   string
}

type verdictBlock struct {
	Verdict string
	Count   int
	Rows    []blocRow
}

type blocRow struct {
	view.BlocRow
	Own   shown
	Other *shown
}

func buildBloc(s *site, r *request) (*result, error) {
	words := r.segments("actors")
	if len(words) > 2 {
		return nil, bad("address", "a bloc and at most one outsider can be named", "for example /bloc/eu/chn")
	}
	ids, changed, err := s.resolveAll(words, 1)
	if err != nil {
		return nil, err
	}
	if changed {
		return r.canonical("/bloc/" + joinIDs(ids)), nil
	}
	var outsider entente.ActorID
	if len(ids) == 2 {
		outsider = ids[1]
	}
	p, err := s.views.Bloc(ids[0], outsider, r.options)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.Bloc)
	screen := &blocScreen{V: v, Form: s.filterForm(r, true), Settings: queryOf(r.canon, settings), Basics: queryOf(r.canon, basics)}
	left := 0
	for _, verdict := range wordsOf(compare.Verdicts) {
		b := verdictBlock{Verdict: verdict, Count: v.Counts[verdict]}
		for i := range v.Rows {
			row := &v.Rows[i]
			if row.Verdict != verdict {
				continue
			}
			br := blocRow{BlocRow: *row, Own: s.position(r.t, row.Position, v.Bloc.Name, "e-"+string(row.ID))}
			for _, list := range [][]view.MemberPosition{row.For, row.Against, row.Silent} {
				for j := range list {
					left += leftOutOf(list[j].Position.Evidence)
				}
			}
			if row.Outsider != nil {
				o := s.position(r.t, *row.Outsider, v.Outsider.Name, "")
				br.Other = &o
			}
			b.Rows = append(b.Rows, br)
		}
		screen.Verdicts = append(screen.Verdicts, b)
	}
	title := r.t.T("bloc.title", "name", v.Bloc.Name)
	if v.Outsider != nil {
		title = r.t.T("bloc.title.outsider", "name", v.Bloc.Name, "outsider", v.Outsider.Name)
	}
	return &result{
		view: p, screen: screen, settings: true, leftOut: left, kicker: r.t.T("bloc.kicker"), title: s.filterTitle(r, title),
		lede: r.t.T("bloc.lede", "members", r.t.T("count.members", "n", len(v.Members)), "n", len(v.Rows), "common", v.Counts["common"], "within", v.Counts["within-view"], "divided", v.Counts["divided"], "unspoken", v.Counts["unspoken"]),
	}, nil
}

// suggestScreen lists next steps.
type suggestScreen struct {
	V       *view.Suggest
	Form    filterForm
	Compare string
}

func buildSuggest(s *site, r *request) (*result, error) {
	ids, changed, err := s.resolveAll(r.segments("actors"), 2)
	if err != nil {
		return nil, err
	}
	if changed {
		return r.canonical("/suggest/" + joinIDs(ids)), nil
	}
	p, err := s.views.Suggest(ids, r.options)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.Suggest)
	names := r.t.List(namesOf(v.Actors))
	return &result{
		view: p, screen: &suggestScreen{V: v, Form: s.filterForm(r, true), Compare: "/compare/" + joinIDs(ids) + queryOf(r.canon, settings)},
		settings: true, leftOut: -1, kicker: r.t.T("suggest.kicker"), title: s.filterTitle(r, r.t.T("suggest.title", "names", names)),
		lede: r.t.T("suggest.lede", "n", len(v.Suggestions)),
	}, nil
}
