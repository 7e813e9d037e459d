package compare_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"entente"
	"entente/analysis/compare"

	"github.com/google/go-cmp/cmp"
)

var sameDates = cmp.Comparer(func(a, b entente.Date) bool { return a == b })

// mirror swaps the two sides of a report.
func mirror(r *compare.Report) *compare.Report {
	m := *r
	m.Actors = []*entente.Actor{r.Actors[1], r.Actors[0]}
	m.Rows = append([]compare.Row(nil), r.Rows...)
	for i := range m.Rows {
		p := m.Rows[i].Positions
		m.Rows[i].Positions = []entente.Position{p[1], p[0]}
	}
	m.Votes.Rows = append([]compare.VoteRow(nil), r.Votes.Rows...)
	for i := range m.Votes.Rows {
		b := m.Votes.Rows[i].Ballots
		m.Votes.Rows[i].Ballots = []entente.Ballot{b[1], b[0]}
	}
	return &m
}

// Compare a with b is compare b with a, mirrored: rows, acts, asymmetries,
// votes, figures and intervals to the last digit.
func TestCompareIsSymmetric(t *testing.T) {
	c := cyberNorms(t)
	for _, pair := range [][2]entente.ActorID{{"est", "jpn"}, {"fra", "nzl"}, {"eu", "chn"}, {"usa", "rus"}, {"irn", "cub"}, {"nato-ccdcoe", "est"}} {
		for _, day := range []string{"2012", "2021-02-19", ""} {
			there, back := compared(t, c, day, pair[0], pair[1]), compared(t, c, day, pair[1], pair[0])
			if diff := cmp.Diff(mirror(there), back, sameDates); diff != "" {
				t.Errorf("%v as of %q (-mirrored +other way):\n%.3000s", pair, day, diff)
			}
		}
	}
}

// The order of the records, and that of more than two actors, changes nothing.
func TestTheOrderOfRecordsChangesNoReport(t *testing.T) {
	c := cyberNorms(t)
	rng := rand.New(rand.NewPCG(7, 7))
	r := c.Records
	r.Actors, r.Memberships, r.Sources, r.Instruments = shuffled(rng, r.Actors), shuffled(rng, r.Memberships), shuffled(rng, r.Sources), shuffled(rng, r.Instruments)
	r.Participations, r.RollCalls, r.Votes = shuffled(rng, r.Participations), shuffled(rng, r.RollCalls), shuffled(rng, r.Votes)
	r.Propositions, r.Implications, r.Statements, r.Coverages = shuffled(rng, r.Propositions), shuffled(rng, r.Implications), shuffled(rng, r.Statements), shuffled(rng, r.Coverages)
	mixed := entente.NewCorpus(c.Info, r)
	for _, ids := range [][]entente.ActorID{{"est", "jpn"}, {"eu", "chn"}, {"fra", "deu", "nld"}} {
		if diff := cmp.Diff(compared(t, c, "", ids...), compared(t, mixed, "", ids...), sameDates); diff != "" {
			t.Errorf("%v:\n%.3000s", ids, diff)
		}
	}
	x, y := compared(t, c, "", "fra", "deu", "nld"), compared(t, c, "", "nld", "fra", "deu")
	if diff := cmp.Diff(outcomes(x), outcomes(y)); diff != "" {
		t.Errorf("three actors in another order:\n%s", diff)
	}
	if a, b := fmt.Sprint(acts(x)), fmt.Sprint(acts(y)); a != b {
		t.Errorf("shared acts of three actors in another order:\n%s\n%s", a, b)
	}
}

func shuffled[T any](rng *rand.Rand, in []T) []T {
	out := append([]T(nil), in...)
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
