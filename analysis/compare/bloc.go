package compare

import (
	"fmt"
	"sort"

	"entente"
)

// Verdict says how near a bloc is to a common position on a proposition.
type Verdict string

// The verdicts.
const (
	CommonNow  Verdict = "common"      // every member has taken the same side
	WithinView Verdict = "within-view" // nobody stands on the other side; some would have to speak
	Divided    Verdict = "divided"     // members stand on both sides; some would have to move
	Unspoken   Verdict = "unspoken"    // no member has taken a side
)

// Verdicts lists every verdict in the order of display.
var Verdicts = []Verdict{CommonNow, WithinView, Divided, Unspoken}

// BlocRow is where the members of a bloc stand on one proposition.
type BlocRow struct {
	Proposition *entente.Proposition
	Verdict     Verdict
	Bloc        entente.Position // the bloc's own
	Outsider    *entente.Position
	For         []entente.Position
	Against     []entente.Position
	Silent      []entente.Position // reserved and contested ones included
	// Side is the side on which a common position is nearest: +1 or -1, and 0
	// when both are equally near or nobody has spoken.
	Side int
}

// MustSpeak lists the members that would have to speak for a common position.
func (r *BlocRow) MustSpeak() []entente.Position { return r.Silent }

// MustMove lists the members on the smaller side.
func (r *BlocRow) MustMove() []entente.Position {
	switch {
	case r.Verdict != Divided || r.Side == 0:
		return nil
	case r.Side > 0:
		return r.Against
	}
	return r.For
}

// BlocReport looks inside a bloc, and at an outsider beside it.
type BlocReport struct {
	Bloc     *entente.Actor
	Outsider *entente.Actor // nil when only looking inside
	AsOf     entente.Date
	Members  []*entente.Actor
	Rows     []BlocRow
}

// Bloc looks at where the members of a bloc stood as of a date, each by its own
// statements and acts: the bloc's word does not count for a member here, since
// the question is who would have to speak. With an outsider, its position
// stands beside. It errs when the body has no members on record on that day.
func Bloc(c *entente.Corpus, bloc, outsider entente.ActorID, o Options) (*BlocReport, error) {
	ids := []entente.ActorID{bloc}
	if outsider != "" {
		ids = append(ids, outsider)
	}
	actors, err := lookUp(c, ids, 1)
	if err != nil {
		return nil, err
	}
	props, err := o.propositions(c)
	if err != nil {
		return nil, err
	}
	r := &BlocReport{Bloc: actors[0], AsOf: c.AsOf(o.Settings)}
	if outsider != "" {
		r.Outsider = actors[1]
	}
	for _, m := range c.MembersAt(bloc, r.AsOf, o.Unverified) {
		r.Members = append(r.Members, c.Actor(m))
	}
	if len(r.Members) == 0 {
		return nil, &entente.Error{
			Kind: entente.NotFound, Op: "bloc", Msg: fmt.Sprintf("%s has no members on record on %s", r.Bloc.Name, r.AsOf),
			Hint: "name a body with members, such as eu or asean, or two actors to compare",
		}
	}
	own := o.Settings
	own.NoBloc = true
	for _, p := range props {
		row := BlocRow{Proposition: p, Bloc: c.Position(bloc, p.ID, o.Settings)}
		if outsider != "" {
			pos := c.Position(outsider, p.ID, o.Settings)
			row.Outsider = &pos
		}
		for _, m := range r.Members {
			switch pos := c.Position(m.ID, p.ID, own); pos.Stance.Sign() {
			case 1:
				row.For = append(row.For, pos)
			case -1:
				row.Against = append(row.Against, pos)
			default:
				row.Silent = append(row.Silent, pos)
			}
		}
		row.judge()
		r.Rows = append(r.Rows, row)
	}
	order := map[Verdict]int{}
	for i, v := range Verdicts {
		order[v] = i
	}
	sort.SliceStable(r.Rows, func(i, j int) bool {
		if a, b := order[r.Rows[i].Verdict], order[r.Rows[j].Verdict]; a != b {
			return a < b
		}
		return len(r.Rows[i].Silent) < len(r.Rows[j].Silent)
	})
	return r, nil
}

func (r *BlocRow) judge() {
	f, a := len(r.For), len(r.Against)
	switch {
	case f > a:
		r.Side = 1
	case a > f:
		r.Side = -1
	}
	switch {
	case f+a == 0:
		r.Verdict = Unspoken
	case f > 0 && a > 0:
		r.Verdict = Divided
	case len(r.Silent) > 0:
		r.Verdict = WithinView
	default:
		r.Verdict = CommonNow
	}
}
