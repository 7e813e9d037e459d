package compare_test

import (
	"strings"
	"testing"

	"entente"
	"entente/analysis/compare"

	"github.com/google/go-cmp/cmp"
)

func board(t *testing.T, c *entente.Corpus, o compare.Options) *compare.Board {
	t.Helper()
	b, err := compare.NewBoard(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func nearest(t *testing.T, b *compare.Board, id entente.ActorID) []compare.Neighbour {
	t.Helper()
	list, err := b.Nearest(id)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Planted truth, synthetic. The order is by the lower end of the exact interval:
// 19 of 20 (0.7513), 10 of 20 (0.2720), 2 of 2 (0.1581), 1 of 20 (0.0013); so full
// agreement on two questions does not come before a long record.
func TestNearestOnPlantedTruth(t *testing.T) {
	all := strings.Repeat("+", 20)
	c := newSynthetic(t, 20, "me", "twin", "half", "few", "foe", "mute").
		say("me", all).
		say("twin", "-"+strings.Repeat("~", 19)). // another level is still the same side
		say("half", strings.Repeat("+-", 10)).
		say("few", "++").
		say("foe", "+"+strings.Repeat("-", 19)).
		say("mute", strings.Repeat("0", 20)). // reserved on everything: nothing to compare
		corpus()
	list := nearest(t, board(t, c, compare.Options{}), "me")
	var order []string
	for _, n := range list {
		order = append(order, string(n.Actor.ID))
	}
	if diff := cmp.Diff([]string{"twin", "half", "few", "foe"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	for i, want := range []struct {
		agreed, n int
		lo        float64 // tables of the exact interval, to four places
		thin      bool
	}{{19, 20, 0.7513, false}, {10, 20, 0.2720, false}, {2, 2, 0.1581, true}, {1, 20, 0.0013, false}} {
		got := list[i].Overall
		if got.Agreed != want.agreed || got.N != want.n || got.Thin != want.thin || got.Exact.Lo < want.lo-5e-5 || got.Exact.Lo > want.lo+5e-5 {
			t.Errorf("%s: %+v, want %d of %d, from %.4f", list[i].Actor.ID, got, want.agreed, want.n, want.lo)
		}
	}
	half := list[1] // stands with me on all even questions, which are the law ones, and on no odd one
	if l, n := half.ByPillar[entente.Law], half.ByPillar[entente.Norms]; l.Agreed != 10 || l.N != 10 || n.Agreed != 0 || n.N != 10 {
		t.Errorf("by pillar: law %+v, norms %+v", l, n)
	}
	for name, by := range map[string]int{"pillars": sum(half.ByPillar), "issues": sum(half.ByIssue)} {
		if by != 20 {
			t.Errorf("%s add up to %d questions, want 20", name, by)
		}
	}
}

func sum[K comparable](m map[K]compare.Tally) (n int) {
	for _, t := range m {
		n += t.N
	}
	return n
}

func TestNearestByVotesAlone(t *testing.T) {
	c := newSynthetic(t, 1, "me", "same", "other").
		vote("one", true, "yyn").vote("two", true, "nny").vote("three", false, "yyn").corpus()
	list := nearest(t, board(t, c, compare.Options{}), "me")
	if len(list) != 2 || list[0].Actor.ID != "same" || list[0].Votes.Agreed != 2 || list[0].Votes.N != 2 || list[1].Votes.Agreed != 0 {
		t.Errorf("got %+v", list)
	}
}

// How near a stands to b is how near b stands to a.
func TestNearestIsSymmetric(t *testing.T) {
	c := cyberNorms(t)
	b := board(t, c, compare.Options{})
	type pair struct{ a, b entente.ActorID }
	seen := map[pair]compare.Neighbour{}
	for _, id := range []entente.ActorID{"est", "jpn", "fra", "nzl", "rus", "chn", "usa", "deu", "idn", "eu"} {
		for _, n := range nearest(t, b, id) {
			seen[pair{id, n.Actor.ID}] = n
		}
	}
	checked := 0
	for p, x := range seen {
		y, ok := seen[pair{p.b, p.a}]
		if !ok {
			continue
		}
		checked++
		if x.Overall != y.Overall || x.Votes != y.Votes || !cmp.Equal(x.ByPillar, y.ByPillar) || !cmp.Equal(x.ByIssue, y.ByIssue) {
			t.Errorf("%s to %s: %+v; back: %+v", p.a, p.b, x.Overall, y.Overall)
		}
	}
	if checked < 50 {
		t.Errorf("only %d pairs were checked", checked)
	}
}

// The tallies of the board are those of the pair comparison.
func TestNearestAgreesWithCompare(t *testing.T) {
	c := cyberNorms(t)
	for _, n := range nearest(t, board(t, c, compare.Options{}), "est") {
		if n.Actor.Kind != entente.State {
			continue
		}
		r := compared(t, c, "", "est", n.Actor.ID)
		agreed, both := 0, 0
		for i := range r.Rows {
			p := r.Rows[i].Positions
			if p[0].Taken() && p[1].Taken() {
				both++
				if p[0].Stance.Sign() == p[1].Stance.Sign() {
					agreed++
				}
			}
		}
		if n.Overall.N != both || n.Overall.Agreed != agreed {
			t.Errorf("%s: the board has %d of %d, the comparison %d of %d", n.Actor.ID, n.Overall.Agreed, n.Overall.N, agreed, both)
		}
		if n.Votes.N != r.Votes.BothCast || n.Votes.Agreed != r.Votes.Agreed {
			t.Errorf("%s: votes %+v, the comparison %d of %d", n.Actor.ID, n.Votes, r.Votes.Agreed, r.Votes.BothCast)
		}
	}
}

// Planted truth, synthetic: the poles differ on p00 to p09 and agree on the
// rest. "span" stands with each on five of them, "lean" on nine and one,
// "camp" with one pole on all ten and so bridges nothing, "mute" says nothing.
func TestBridgesOnPlantedTruth(t *testing.T) {
	tail := "++++"
	c := newSynthetic(t, 14, "left", "right", "span", "lean", "camp", "mute").
		say("left", "++++++++++"+tail).
		say("right", "----------"+tail).
		say("span", "+++++-----"+tail).
		say("lean", "+++++++++-"+tail).
		say("camp", "++++++++++"+tail).
		corpus()
	b := board(t, c, compare.Options{})
	questions, bridges, err := b.Bridges("left", "right")
	if err != nil {
		t.Fatal(err)
	}
	if len(questions) != 10 {
		t.Errorf("%d questions divide them, want 10", len(questions))
	}
	if len(bridges) != 2 || bridges[0].Actor.ID != "span" || bridges[1].Actor.ID != "lean" {
		t.Fatalf("bridges: %+v", bridges)
	}
	for i, want := range [][4]int{{5, 5, 9, 9}, {9, 1, 13, 5}} { // with each of the two; overall with each, of 14
		got := bridges[i]
		if len(got.WithFirst) != want[0] || len(got.WithSecond) != want[1] || got.Overall[0].Agreed != want[2] || got.Overall[1].Agreed != want[3] || got.Overall[0].N != 14 || got.Thin {
			t.Errorf("%s: %d and %d, overall %+v", got.Actor.ID, len(got.WithFirst), len(got.WithSecond), got.Overall)
		}
	}
	_, mirrored, err := b.Bridges("right", "left")
	if err != nil || len(mirrored) != 2 || len(mirrored[1].WithFirst) != 1 || len(mirrored[1].WithSecond) != 9 {
		t.Errorf("the other way round: %+v, %v", mirrored, err)
	}
}

// A roll call that divides the two is a question as well; an abstention bridges
// nothing unless one of them abstained.
func TestBridgesInVotes(t *testing.T) {
	c := newSynthetic(t, 1, "left", "right", "span", "cool").
		say("left", "+").say("right", "-").say("span", "+").
		vote("divides", true, "ynna").vote("unites", true, "yyyn").vote("partial", false, "ynyy").corpus()
	questions, bridges, err := board(t, c, compare.Options{}).Bridges("left", "right")
	if err != nil {
		t.Fatal(err)
	}
	if len(questions) != 2 || questions[1].Instrument == nil || questions[1].Instrument.ID != "divides" {
		t.Errorf("questions: %+v", questions)
	}
	if len(bridges) != 1 || bridges[0].Actor.ID != "span" || !bridges[0].Thin {
		t.Errorf("bridges: %+v", bridges)
	}
}

func TestBloc(t *testing.T) {
	s := newSynthetic(t, 5, "m1", "m2", "m3", "out").
		body("club", entente.Bloc, "m1", "m2", "m3").
		say("m1", "++-..").say("m2", "~.+0.").say("m3", "+.-..").
		say("out", "-+...").
		say("club", "....+") // the bloc's own word does not count for a member here
	s.r.Memberships = append(s.r.Memberships, entente.Membership{
		Actor: "out", Body: "club", Role: "observer", Source: "study", Checked: true, Span: entente.Span{From: entente.Day(2010, 1, 1)},
	})
	r, err := compare.Bloc(s.corpus(), "club", "out", compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Members) != 3 {
		t.Errorf("%d members; an observer is none", len(r.Members))
	}
	got := map[entente.PropositionID]string{}
	for i := range r.Rows {
		row := &r.Rows[i]
		var speak, move []string
		for _, p := range row.MustSpeak() {
			speak = append(speak, string(p.Actor))
		}
		for _, p := range row.MustMove() {
			move = append(move, string(p.Actor))
		}
		got[row.Proposition.ID] = string(row.Verdict) + "; speak " + strings.Join(speak, " ") + "; move " + strings.Join(move, " ") +
			"; bloc " + string(row.Bloc.Stance) + "; outsider " + string(row.Outsider.Stance)
	}
	want := map[entente.PropositionID]string{
		"p00": "common; speak ; move ; bloc ; outsider rejects",
		"p01": "within-view; speak m2 m3; move ; bloc ; outsider affirms",
		"p02": "divided; speak ; move m2; bloc ; outsider ",
		"p03": "unspoken; speak m1 m2 m3; move ; bloc ; outsider ",
		"p04": "unspoken; speak m1 m2 m3; move ; bloc affirms; outsider ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	for i := 1; i < len(r.Rows); i++ { // the nearest to a common position first
		rank := map[compare.Verdict]int{compare.CommonNow: 0, compare.WithinView: 1, compare.Divided: 2, compare.Unspoken: 3}
		if rank[r.Rows[i-1].Verdict] > rank[r.Rows[i].Verdict] {
			t.Errorf("%s comes after %s", r.Rows[i].Verdict, r.Rows[i-1].Verdict)
		}
	}
}
