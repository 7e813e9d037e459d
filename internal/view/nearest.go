package view

import (
	"fmt"
	"sort"
	"strconv"

	"entente"
	"entente/analysis/compare"
)

// Schemas of the views that look across actors.
const (
	NearestSchema = "entente.nearest/1"
	BridgeSchema  = "entente.bridge/1"
)

// Nearest ranks the other actors by how near they stand to one. It is a list of
// neighbours, not a league table: the order is by the lower end of the exact
// interval, so that a small base does not lead.
type Nearest struct {
	Head
	Actor      Actor       `json:"actor"`
	Issues     []string    `json:"issues"` // that occur in by_issue, sorted
	Neighbours []Neighbour `json:"neighbours"`
}

// Tally is a count with its base; Exact is the 95 per cent interval of the
// share (Clopper and Pearson), null when the base is zero.
type Tally struct {
	Agreed int       `json:"agreed"`
	N      int       `json:"n"`
	Exact  []float64 `json:"exact_interval"`
	Thin   bool      `json:"thin"`
}

func tallyOf(t compare.Tally) Tally {
	v := Tally{Agreed: t.Agreed, N: t.N, Thin: t.Thin}
	if t.N > 0 {
		v.Exact = ends(t.Exact)
	}
	return v
}

// Neighbour is how near one actor stands.
type Neighbour struct {
	Rank     int                      `json:"rank"`
	Actor    Actor                    `json:"actor"`
	Overall  Tally                    `json:"overall"` // questions on which both took a side
	Votes    Tally                    `json:"votes"`   // roll calls in which both cast a vote
	ByPillar map[entente.Pillar]Tally `json:"by_pillar"`
	ByIssue  map[string]Tally         `json:"by_issue"`
}

// Nearest makes the view of an actor's neighbours. Board may be nil; a face that
// keeps boards passes one made with the same options.
func (b Builder) Nearest(id entente.ActorID, o compare.Options, board *compare.Board) (*Page, error) {
	a, err := b.findActor(id)
	if err != nil {
		return nil, err
	}
	if board == nil {
		if board, err = compare.NewBoard(b.Corpus, o); err != nil {
			return nil, err
		}
	}
	list, err := board.Nearest(id)
	if err != nil {
		return nil, err
	}
	v := &Nearest{Head: b.head(NearestSchema, o), Actor: actorOf(a), Issues: []string{}, Neighbours: []Neighbour{}}
	issues := map[string]bool{}
	for i := range list {
		n := &list[i]
		row := Neighbour{
			Rank: i + 1, Actor: actorOf(n.Actor), Overall: tallyOf(n.Overall), Votes: tallyOf(n.Votes),
			ByPillar: map[entente.Pillar]Tally{}, ByIssue: map[string]Tally{},
		}
		for p, t := range n.ByPillar {
			row.ByPillar[p] = tallyOf(t)
		}
		for s, t := range n.ByIssue {
			row.ByIssue[s] = tallyOf(t)
			if !issues[s] {
				issues[s] = true
				v.Issues = append(v.Issues, s)
			}
		}
		v.Neighbours = append(v.Neighbours, row)
	}
	sort.Strings(v.Issues)
	return &Page{Title: "Who stands near " + a.Name + filterWords(b.Corpus.AsOf(o.Settings), o), Data: v, Table: v.table(), Sources: []entente.SourceID{}}, nil
}

// table is one row per neighbour and scope: all questions, votes, each pillar
// and each issue.
func (v *Nearest) table() Table {
	t := Table{Name: "nearest-" + string(v.Actor.ID), Header: []string{"actor", "rank", "neighbour", "name", "scope", "of", "agreed", "n", "exact_low", "exact_high", "thin"}}
	for i := range v.Neighbours {
		n := &v.Neighbours[i]
		add := func(scope, of string, x Tally) {
			low, high := "", ""
			if x.Exact != nil {
				low, high = share(x.Exact[0]), share(x.Exact[1])
			}
			t.Rows = append(t.Rows, []string{string(v.Actor.ID), itoa(n.Rank), string(n.Actor.ID), n.Actor.Name, scope, of, itoa(x.Agreed), itoa(x.N), low, high, fmt.Sprint(x.Thin)})
		}
		add("all", "", n.Overall)
		add("votes", "", n.Votes)
		for _, p := range entente.Pillars {
			if x, ok := n.ByPillar[p]; ok {
				add("pillar", string(p), x)
			}
		}
		for _, s := range v.Issues {
			if x, ok := n.ByIssue[s]; ok {
				add("issue", s, x)
			}
		}
	}
	return t
}

func share(f float64) string { return strconv.FormatFloat(f, 'f', 4, 64) }

// Bridge lists who agrees with both of two actors where the two differ.
type Bridge struct {
	Head
	Actors    []Actor     `json:"actors"`    // the two
	Questions []Question  `json:"questions"` // that divide them: the base
	Bridges   []BridgeRow `json:"bridges"`
}

// Question is one thing on which the two differ.
type Question struct {
	Kind       string               `json:"kind"` // proposition, roll-call
	ID         string               `json:"id"`
	Title      string               `json:"title"`
	Symbol     string               `json:"symbol,omitempty"`
	Pillar     entente.Pillar       `json:"pillar,omitempty"`
	Issue      string               `json:"issue,omitempty"`
	Instrument entente.InstrumentID `json:"instrument,omitempty"`
	Date       string               `json:"date,omitempty"`
}

// BridgeRow is an actor that stands with the first on some questions and with
// the second on others.
type BridgeRow struct {
	Rank       int      `json:"rank"`
	Actor      Actor    `json:"actor"`
	WithFirst  []string `json:"with_first"` // ids of questions
	WithSecond []string `json:"with_second"`
	Overall    []Tally  `json:"overall"` // agreement with each of the two, over all propositions
	Thin       bool     `json:"thin"`
}

// Bridge makes the view of bridge candidates between two actors. Board may be
// nil, as for [Builder.Nearest].
func (b Builder) Bridge(first, second entente.ActorID, o compare.Options, board *compare.Board) (*Page, error) {
	var pair []*entente.Actor
	for _, id := range []entente.ActorID{first, second} {
		a, err := b.findActor(id)
		if err != nil {
			return nil, err
		}
		pair = append(pair, a)
	}
	if board == nil {
		var err error
		if board, err = compare.NewBoard(b.Corpus, o); err != nil {
			return nil, err
		}
	}
	questions, list, err := board.Bridges(first, second)
	if err != nil {
		return nil, err
	}
	v := &Bridge{Head: b.head(BridgeSchema, o), Actors: actorsOf(pair), Questions: []Question{}, Bridges: []BridgeRow{}}
	used := sourceSet{}
	for _, q := range questions {
		v.Questions = append(v.Questions, questionOf(q))
		if q.RollCall != nil {
			used.add(q.RollCall.Source)
		} else {
			for _, a := range pair {
				pos := b.Corpus.Position(a.ID, q.Proposition.ID, o.Settings)
				shaped := b.positionOf(&pos)
				used.position(&shaped)
			}
		}
	}
	for i, br := range list {
		v.Bridges = append(v.Bridges, BridgeRow{
			Rank: i + 1, Actor: actorOf(br.Actor), WithFirst: idsOf(br.WithFirst), WithSecond: idsOf(br.WithSecond),
			Overall: []Tally{tallyOf(br.Overall[0]), tallyOf(br.Overall[1])}, Thin: br.Thin,
		})
	}
	return &Page{
		Title: "Who could bridge " + pair[0].Name + " and " + pair[1].Name + filterWords(b.Corpus.AsOf(o.Settings), o),
		Data:  v, Table: v.table(), Sources: used.list(),
	}, nil
}

func questionOf(q compare.Question) Question {
	if q.Proposition != nil {
		return Question{Kind: "proposition", ID: string(q.Proposition.ID), Title: q.Proposition.Statement, Pillar: q.Proposition.Pillar, Issue: q.Proposition.Issue}
	}
	v := Question{Kind: "roll-call", ID: q.RollCall.ID, Instrument: q.RollCall.Instrument, Date: q.RollCall.Date.String()}
	if q.Instrument != nil {
		v.Title, v.Symbol = q.Instrument.Title, q.Instrument.Symbol
	}
	return v
}

func idsOf(list []compare.Question) []string {
	out := []string{}
	for _, q := range list {
		out = append(out, questionOf(q).ID)
	}
	return out
}

// table is one row per candidate and question.
func (v *Bridge) table() Table {
	t := Table{Name: "bridge", Header: []string{"rank", "actor", "name", "question_kind", "question", "title", "with"}}
	byID := map[string]Question{}
	for _, q := range v.Questions {
		byID[q.ID] = q
	}
	for _, r := range v.Bridges {
		for i, ids := range [][]string{r.WithFirst, r.WithSecond} {
			for _, id := range ids {
				q := byID[id]
				t.Rows = append(t.Rows, []string{itoa(r.Rank), string(r.Actor.ID), r.Actor.Name, q.Kind, q.ID, q.Title, string(v.Actors[i].ID)})
			}
		}
	}
	return t
}
