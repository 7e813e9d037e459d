package view

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/analysis/compare"
)

// Rule 4: every displayed figure can be recomputed from the export. This test
// knows the rules of the issue in words and shares no code with the analysis.
func TestEveryFigureFollowsFromTheExport(t *testing.T) {
	b := builder(t)
	for _, x := range []struct {
		name string
		ids  []entente.ActorID
		asOf string
		opts compare.Options
	}{
		{"the model case", []entente.ActorID{"est", "jpn"}, "2021-02-19", compare.Options{}},
		{"the model case today", []entente.ActorID{"est", "jpn"}, "", compare.Options{}},
		{"unverified records in", []entente.ActorID{"est", "jpn"}, "", compare.Options{Settings: entente.Settings{Unverified: true}}},
		{"own words only", []entente.ActorID{"fra", "nzl"}, "", compare.Options{Settings: entente.Settings{NoBloc: true, NoImplied: true}}},
		{"two that differ", []entente.ActorID{"usa", "rus"}, "", compare.Options{}},
		{"a bloc and a state", []entente.ActorID{"eu", "chn"}, "2021-12-31", compare.Options{}},
		{"one pillar", []entente.ActorID{"fra", "nzl"}, "", compare.Options{Pillars: []entente.Pillar{entente.Law}}},
		{"three", []entente.ActorID{"est", "jpn", "fra"}, "", compare.Options{}},
		{"three that split", []entente.ActorID{"usa", "rus", "chn"}, "", compare.Options{}},
	} {
		t.Run(x.name, func(t *testing.T) {
			o := x.opts
			o.AsOf, _ = entente.ParseDate(x.asOf)
			page, err := b.Compare(x.ids, o)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := json.Marshal(page.Data)
			if err != nil {
				t.Fatal(err)
			}
			var v Compare // what a reader of the JSON has
			if err := json.Unmarshal(raw, &v); err != nil {
				t.Fatal(err)
			}
			recount(t, &v)
			recountTable(t, &v, page.Table)
			recountVotes(t, &v)
		})
	}
}

var level = map[string]int{"affirms": 2, "affirms-with-conditions": 1, "doubts": -1, "rejects": -2}

// outcomeOf types the outcome by rule 3 from the positions alone.
func outcomeOf(ps []Position) (outcome string, contested bool) {
	taken, same := 0, true
	signs := map[bool]bool{}
	for _, p := range ps {
		if p.Contested && p.Stance == nil {
			taken, contested = taken+1, true
			continue
		}
		l := level[str(p.Stance)]
		if l == 0 {
			continue
		}
		taken++
		signs[l > 0] = true
		same = same && str(p.Stance) == str(ps[0].Stance) && p.Conditions == ps[0].Conditions
	}
	apart := len(signs) == 2 || contested && taken > 1
	switch n := len(ps); {
	case n == 2 && taken == 0:
		return "both-silent", contested
	case n == 2 && taken == 1:
		return "one-silent", contested
	case n == 2 && apart:
		return "differ", contested
	case n == 2 && !same:
		return "agree-in-part", contested
	case n > 2 && taken == 0:
		return "all-silent", contested
	case n > 2 && apart:
		return "split", contested
	case n > 2 && taken < n:
		return "partly-silent", contested
	}
	return "agree", contested
}

func recount(t *testing.T, v *Compare) {
	t.Helper()
	want := Summary{Outcomes: map[string]int{}, ByPillar: map[entente.Pillar]map[string]int{}}
	for o := range v.Summary.Outcomes {
		want.Outcomes[o] = 0
	}
	var first, second []bool // the sides of the two
	records := map[string]int{}
	for _, row := range v.Propositions {
		var ps []Position
		could, all := true, true
		for _, a := range v.Actors {
			p, ok := row.Positions[a.ID]
			if !ok {
				t.Fatalf("%s has no position of %s", row.ID, a.ID)
			}
			ps = append(ps, p)
			s := str(p.Silence)
			could = could && s != "not-coded" && s != "no-opportunity"
			all = all && level[str(p.Stance)] != 0
			for _, e := range p.Evidence {
				switch e.Use {
				case "left-out":
					want.LeftOut++
				case "basis", "confirms", "differs":
					records[e.Kind+e.ID+string(e.Actor)+string(e.Source)] = len(e.Challenges)
				}
			}
		}
		outcome, contested := outcomeOf(ps)
		if row.Outcome != outcome || row.Contested != contested || row.Counts != could {
			t.Errorf("%s: outcome %s, contested %v, counts %v; from its positions %s, %v, %v", row.ID, row.Outcome, row.Contested, row.Counts, outcome, contested, could)
		}
		want.Propositions++
		want.Outcomes[outcome]++
		if want.ByPillar[row.Pillar] == nil {
			want.ByPillar[row.Pillar] = map[string]int{}
			for o := range v.Summary.Outcomes {
				want.ByPillar[row.Pillar][o] = 0
			}
		}
		want.ByPillar[row.Pillar][outcome]++
		if could {
			want.CouldAddress++
		}
		switch {
		case contested:
			want.Contested++
		case all:
			want.AllSpoke++
			first, second = append(first, level[str(ps[0].Stance)] > 0), append(second, level[str(ps[1].Stance)] > 0)
		}
	}
	for _, n := range records {
		want.Records++
		if n > 0 {
			want.Challenged++
		}
	}
	got := v.Summary
	if len(v.Actors) == 2 {
		recountAgreement(t, got.Agreement, first, second)
	} else if got.Agreement != nil {
		t.Error("an agreement of more than two actors")
	}
	got.Agreement = nil
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("summary (-recounted +shown):\n%s", d)
	}
}

func recountAgreement(t *testing.T, a *Agreement, first, second []bool) {
	t.Helper()
	n, same, plus1, plus2 := len(first), 0, 0, 0
	for i := range first {
		if first[i] == second[i] {
			same++
		}
		if first[i] {
			plus1++
		}
		if second[i] {
			plus2++
		}
	}
	if a.N != n || a.Agreed != same || a.Thin != (n < 5) {
		t.Fatalf("agreement %d of %d, thin %v; recounted %d of %d", a.Agreed, a.N, a.Thin, same, n)
	}
	if n == 0 {
		return
	}
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %v, recomputed %v", what, got, want)
		}
	}
	o := float64(same) / float64(n)
	p, q := float64(plus1)/float64(n), float64(plus2)/float64(n)
	near("share", *a.Share, o)
	near("S", a.S.Value, 2*o-1)
	for _, c := range []struct {
		name   string
		got    *Estimate
		chance float64
	}{{"kappa", a.Kappa, p*q + (1-p)*(1-q)}, {"pi", a.Pi, (p+q)/2*(p+q)/2 + (1-(p+q)/2)*(1-(p+q)/2)}} {
		switch {
		case 1-c.chance < 1e-12:
			if c.got != nil {
				t.Errorf("%s is given where it is not defined", c.name)
			}
		case c.got == nil:
			t.Errorf("%s is missing", c.name)
		default:
			near(c.name, c.got.Value, (o-c.chance)/(1-c.chance))
		}
	}
	// The ends of the exact interval are where the tail is 2.5 per cent.
	if lo := a.Exact[0]; same > 0 && math.Abs(tail(n, same, lo)-0.025) > 1e-6 {
		t.Errorf("at the lower end %v the tail is %v", lo, tail(n, same, lo))
	}
	if hi := a.Exact[1]; same < n && math.Abs(1-tail(n, same+1, hi)-0.025) > 1e-6 {
		t.Errorf("at the upper end %v the tail is %v", hi, 1-tail(n, same+1, hi))
	}
	if same == 0 && a.Exact[0] != 0 || same == n && a.Exact[1] != 1 {
		t.Errorf("the interval %v of %d in %d", a.Exact, same, n)
	}
	if len(a.Bootstrap) != 2 || a.Bootstrap[0] > o || a.Bootstrap[1] < o {
		t.Errorf("the bootstrap interval %v does not hold the share %v", a.Bootstrap, o)
	}
}

// tail is the probability of k or more in n, by whole binomial coefficients.
func tail(n, k int, p float64) float64 {
	sum := 0.0
	for i := k; i <= n; i++ {
		c, _ := new(big.Float).SetInt(new(big.Int).Binomial(int64(n), int64(i))).Float64()
		sum += c * math.Pow(p, float64(i)) * math.Pow(1-p, float64(n-i))
	}
	return sum
}

// recountTable recounts the outcomes from the CSV as a reader would.
func recountTable(t *testing.T, v *Compare, table Table) {
	t.Helper()
	var b bytes.Buffer
	if err := WriteCSV(&b, table, false); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, h := range rows[0] {
		at[h] = i
	}
	outcomes, could, spoke := map[string]int{}, map[string]bool{}, map[string]int{}
	seen := map[string]bool{}
	for o := range v.Summary.Outcomes {
		outcomes[o] = 0
	}
	for _, r := range rows[1:] {
		id := r[at["proposition"]]
		if !seen[id] {
			seen[id] = true
			could[id] = true
			outcomes[r[at["outcome"]]]++
		}
		if s := r[at["silence"]]; s == "not-coded" || s == "no-opportunity" {
			could[id] = false
		}
		if level[r[at["stance"]]] != 0 && r[at["contested"]] == "false" {
			spoke[id]++
		}
	}
	nCould, nSpoke := 0, 0
	for id := range seen {
		if could[id] {
			nCould++
		}
		if spoke[id] == len(v.Actors) {
			nSpoke++
		}
	}
	if d := cmp.Diff(v.Summary.Outcomes, outcomes); d != "" {
		t.Errorf("outcomes (-shown +in the CSV):\n%s", d)
	}
	if nCould != v.Summary.CouldAddress || nSpoke != v.Summary.AllSpoke || len(seen) != v.Summary.Propositions {
		t.Errorf("the CSV gives could %d, spoke %d, propositions %d; shown %d, %d, %d", nCould, nSpoke, len(seen), v.Summary.CouldAddress, v.Summary.AllSpoke, v.Summary.Propositions)
	}
}

func recountVotes(t *testing.T, v *Compare) {
	t.Helper()
	cast, agreed := 0, 0
	for _, r := range v.Votes.Rows {
		all, same := true, true
		for _, a := range v.Actors {
			ballot := str(r.Ballots[a.ID])
			all = all && (ballot == "yes" || ballot == "no" || ballot == "abstain")
			same = same && ballot == str(r.Ballots[v.Actors[0].ID])
		}
		if r.Counted && !all {
			t.Errorf("%s counts, though not all cast a vote", r.RollCall)
		}
		if r.Agreed != (r.Counted && same) {
			t.Errorf("%s: agreed is %v", r.RollCall, r.Agreed)
		}
		if r.Counted {
			cast++
		}
		if r.Counted && same {
			agreed++
		}
	}
	if cast != v.Votes.BothCast || agreed != v.Votes.Agreed {
		t.Errorf("votes %d of %d; recounted %d of %d", v.Votes.Agreed, v.Votes.BothCast, agreed, cast)
	}
}
