package view

import (
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/analysis/compare"
)

// Head opens the JSON of every page: which shape it is, from which corpus, as
// of which date and under which settings it was made.
type Head struct {
	Schema   string     `json:"schema"` // "entente.NAME/1"; the number rises when a field changes its meaning or goes
	Corpus   CorpusInfo `json:"corpus"`
	AsOf     string     `json:"as_of"`
	Settings Settings   `json:"settings"`
}

func (b Builder) head(schema string, o compare.Options) Head {
	return Head{schema, b.info(), b.Corpus.AsOf(o.Settings).String(), settingsOf(o)}
}

// filterWords says in a title as of when and under which filters a page was
// made: " as of 2021-02-19, on law, without group positions".
func filterWords(asOf entente.Date, o compare.Options) string {
	return " as of " + asOf.String() + choiceWords(o)
}

// choiceWords is the part of a title that tells the filters without the date.
func choiceWords(o compare.Options) string {
	var parts []string
	if len(o.Pillars) > 0 {
		parts = append(parts, "on "+joinAnd(wordsOf(o.Pillars)))
	}
	if len(o.Issues) > 0 {
		parts = append(parts, "on "+joinAnd(o.Issues))
	}
	for _, f := range []struct {
		on   bool
		text string
	}{{o.NoBloc, "without group positions"}, {o.NoImplied, "without implied positions"}, {o.Unverified, "unverified records included"}} {
		if f.on {
			parts = append(parts, f.text)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + strings.Join(parts, ", ")
}

func wordsOf[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// selected lists the propositions that the options choose, in the order of
// display (pillar, then id). It asks a board without actors, so that the rule
// of selection and its errors stay where they are: in package compare.
func (b Builder) selected(o compare.Options) ([]*entente.Proposition, error) {
	empty := entente.NewCorpus(b.Corpus.Info, entente.Records{Propositions: b.Corpus.Propositions})
	board, err := compare.NewBoard(empty, o)
	if err != nil {
		return nil, err
	}
	return board.Propositions, nil
}

// LeftOut counts the unverified records that a list leaves out.
type LeftOut struct {
	Memberships  int `json:"memberships"`
	Instruments  int `json:"instruments"`
	Projects     int `json:"projects"`
	Attributions int `json:"attributions"`
}

// admits reports whether a record of this level is shown; if not it counts it.
func admits(level entente.Level, o compare.Options, leftOut *int) bool {
	if level == entente.Unverified && !o.Unverified {
		*leftOut++
		return false
	}
	return true
}

// dated gives the date from which a record counts; the root package's rule for
// participations is the rule for every dated act.
func (b Builder) dated(d entente.Date, level entente.Level, src entente.SourceID, o compare.Options) (entente.Date, entente.DateBasis) {
	return b.Corpus.DateOf(&entente.Participation{Date: d, DateLevel: level, Source: src}, o.Settings)
}

func (b Builder) name(id entente.ActorID) string {
	if a := b.Corpus.Actor(id); a != nil {
		return a.Name
	}
	return string(id)
}

func (b Builder) level(src entente.SourceID, checked bool, voices ...entente.ActorID) entente.Level {
	return entente.LevelOf(b.Corpus.Source(src), checked, voices...)
}

func oneOf[S ~string](what string, v S, list []S) error {
	if v == "" || slices.Contains(list, v) {
		return nil
	}
	return &entente.Error{
		Kind: entente.Invalid, Msg: fmt.Sprintf("there is no %s %q", what, string(v)),
		Hint: "expected one of " + strings.Join(wordsOf(list), ", "),
	}
}

// orEmpty makes sure that JSON shows an empty list, never null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
