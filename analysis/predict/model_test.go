package predict_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente"
	"entente/analysis/predict"
)

// short is a fit that is quick enough for properties, not for figures.
func short(o predict.Options) predict.Options {
	o.Burn, o.Keep, o.Chains = 30, 40, 1
	return o
}

func fit(t testing.TB, c *entente.Corpus, o predict.Options) *predict.Model {
	t.Helper()
	m, err := predict.Fit(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func forecast(t testing.TB, m *predict.Model, a entente.ActorID, item predict.ItemID) predict.Forecast {
	t.Helper()
	f, err := m.Forecast(a, item)
	if err != nil {
		t.Fatal(err)
	}
	var sum float64
	for k, p := range f.P {
		sum += p
		if !(p >= 0 && p <= 1) || !(f.Spans[k].Lo <= f.Spans[k].Hi) || f.Spans[k].Lo < 0 || f.Spans[k].Hi > 1+1e-9 {
			t.Fatalf("%s on %s: no probability or no interval: %+v", a, item, f)
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Fatalf("%s on %s: the probabilities add up to %v", a, item, sum)
	}
	return f
}

// TestPlantedTruth hides a fifth of the answers of a synthetic corpus and holds
// the forecasts against the probabilities from which the answers were drawn.
func TestPlantedTruth(t *testing.T) {
	p := plant(11, 120, 16, 0.4)
	r := rand.New(rand.NewPCG(3, 3))
	var mask []predict.Cell
	for _, c := range p.cells {
		if r.Float64() < 0.2 {
			mask = append(mask, c)
		}
	}
	v, err := predict.Validate(p.corpus, predict.Options{Ideal: p.ideal}, mask)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("planted, %d answers hidden of %d\n%s", len(mask), len(p.cells), table(v))
	var best, offset, n float64
	var x, y []float64
	for _, c := range v.Cells {
		true3 := p.truth[c.Cell]
		best += math.Log(true3[c.Truth]) / float64(len(v.Cells))
		x, y = append(x, c.P[0][2]), append(y, true3[2])
		offset += math.Abs(c.P[0][2] - true3[2])
		n++
	}
	t.Logf("log score of the truth itself %.4f; mean |forecast - truth| %.4f; correlation %.4f", best, offset/n, correlation(x, y))
	// The bounds leave room for the noise of about 500 answers: the standard error
	// of the mean log score is about 0.03.
	if got := v.Methods[0].Log; got < best-0.08 {
		t.Errorf("log score %.4f, the truth itself has %.4f", got, best)
	}
	if c := correlation(x, y); c < 0.9 {
		t.Errorf("forecasts correlate with the planted probabilities at %.3f only", c)
	}
	for _, m := range v.Methods[1:] {
		if !m.Beaten {
			t.Errorf("%s is not beaten on planted data: %+v", m.Name, m)
		}
	}
	for _, b := range v.Calibration {
		// Four standard errors of a share, and 0.03 for the model's own error.
		if se := math.Sqrt(b.Predicted * (1 - b.Predicted) / math.Max(float64(b.N), 1)); b.N >= 20 && math.Abs(b.Predicted-b.Observed) > 4*se+0.03 {
			t.Errorf("not calibrated: %+v", b)
		}
	}
}

func correlation(x, y []float64) float64 {
	var mx, my, sxy, sxx, syy float64
	for i := range x {
		mx += x[i] / float64(len(x))
		my += y[i] / float64(len(y))
	}
	for i := range x {
		sxy += (x[i] - mx) * (y[i] - my)
		sxx += (x[i] - mx) * (x[i] - mx)
		syy += (y[i] - my) * (y[i] - my)
	}
	return sxy / math.Sqrt(sxx*syy)
}

// TestNextOfLine forecasts the last vote of each line from the earlier ones:
// the items have no answer yet.
func TestNextOfLine(t *testing.T) {
	p := plant(5, 120, 8, 0.3)
	o := predict.Options{Settings: entente.Settings{AsOf: entente.Day(2019, 6, 1)}, Ideal: p.ideal}
	v, err := predict.Validate(p.corpus, o, hidden(p.corpus, "res-0-4", "res-1-4"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("planted, the next of each line\n%s", table(v))
	for _, m := range v.Methods[1:] {
		if !m.Beaten {
			t.Errorf("%s is not beaten on planted data: %+v", m.Name, m)
		}
	}
}

func TestSameInputSameBytes(t *testing.T) {
	p := plant(2, 30, 4, 0.4)
	a, b := fit(t, p.corpus, short(predict.Options{Ideal: p.ideal})), fit(t, p.corpus, short(predict.Options{Ideal: p.ideal}))
	for _, item := range []predict.ItemID{"prop-00", "res-1-4"} {
		if d := cmp.Diff(forecast(t, a, "s003", item), forecast(t, b, "s003", item)); d != "" {
			t.Error(d)
		}
	}
	if d := cmp.Diff(a.Convergence, b.Convergence); d != "" {
		t.Error(d)
	}
}

// TestUnitAndSignOfIdealPoints: neither the unit, nor the zero, nor the
// direction of the ideal points matters.
func TestUnitAndSignOfIdealPoints(t *testing.T) {
	p := plant(2, 30, 4, 0.4)
	turned := map[entente.ActorID]float64{}
	for id, v := range p.ideal {
		turned[id] = 3 - 4*v
	}
	a, b := fit(t, p.corpus, short(predict.Options{Ideal: p.ideal})), fit(t, p.corpus, short(predict.Options{Ideal: turned}))
	for i := range 10 {
		x, y := forecast(t, a, entente.ActorID(fmt.Sprintf("s%03d", i)), "prop-01"), forecast(t, b, entente.ActorID(fmt.Sprintf("s%03d", i)), "prop-01")
		for k := range x.P {
			if math.Abs(x.P[k]-y.P[k]) > 1e-6 {
				t.Errorf("s%03d: %v with one sign, %v with the other", i, x.P, y.P)
			}
		}
	}
}

// TestOrderOfRecords: in which order records arrive does not matter.
func TestOrderOfRecords(t *testing.T) {
	p := plant(2, 30, 4, 0.4)
	rec := copied(p.corpus)
	r := rand.New(rand.NewPCG(1, 1))
	r.Shuffle(len(rec.Actors), func(i, j int) { rec.Actors[i], rec.Actors[j] = rec.Actors[j], rec.Actors[i] })
	r.Shuffle(len(rec.Votes), func(i, j int) { rec.Votes[i], rec.Votes[j] = rec.Votes[j], rec.Votes[i] })
	r.Shuffle(len(rec.Statements), func(i, j int) { rec.Statements[i], rec.Statements[j] = rec.Statements[j], rec.Statements[i] })
	r.Shuffle(len(rec.Propositions), func(i, j int) { rec.Propositions[i], rec.Propositions[j] = rec.Propositions[j], rec.Propositions[i] })
	a, b := fit(t, p.corpus, short(predict.Options{Ideal: p.ideal})), fit(t, entente.NewCorpus(p.corpus.Info, rec), short(predict.Options{Ideal: p.ideal}))
	if d := cmp.Diff(forecast(t, a, "s003", "prop-00"), forecast(t, b, "s003", "prop-00")); d != "" {
		t.Error(d)
	}
}

// TestNamesDoNotMatter: other ids, in another order, give the same forecasts up
// to the noise of the sampler.
func TestNamesDoNotMatter(t *testing.T) {
	p := plant(2, 60, 6, 0.5)
	other := func(id entente.ActorID) entente.ActorID {
		if id[0] != 's' || id == "south" {
			return id
		}
		return entente.ActorID(fmt.Sprintf("z%c%c%c", id[3], id[2], id[1]))
	}
	rec, ideal := copied(p.corpus), map[entente.ActorID]float64{}
	for i := range rec.Actors {
		rec.Actors[i].ID = other(rec.Actors[i].ID)
	}
	for i := range rec.Memberships {
		rec.Memberships[i].Actor = other(rec.Memberships[i].Actor)
	}
	for i := range rec.Votes {
		rec.Votes[i].Actor = other(rec.Votes[i].Actor)
	}
	for i := range rec.Statements {
		rec.Statements[i].Actor = other(rec.Statements[i].Actor)
	}
	for id, v := range p.ideal {
		ideal[other(id)] = v
	}
	a, b := fit(t, p.corpus, predict.Options{Ideal: p.ideal}), fit(t, entente.NewCorpus(p.corpus.Info, rec), predict.Options{Ideal: ideal})
	worst := 0.0
	for i := range 60 {
		id := entente.ActorID(fmt.Sprintf("s%03d", i))
		worst = math.Max(worst, math.Abs(forecast(t, a, id, "prop-02").P[2]-forecast(t, b, other(id), "prop-02").P[2]))
	}
	t.Logf("largest difference %.3f", worst)
	// About 400 draws that are not independent leave a standard error of 0.01-0.02
	// a probability; 60 are compared.
	if worst > 0.08 {
		t.Errorf("renaming the states moves a forecast by %.3f", worst)
	}
}

func copied(c *entente.Corpus) entente.Records {
	r := c.Records
	r.Actors = append([]entente.Actor(nil), r.Actors...)
	r.Votes = append([]entente.Vote(nil), r.Votes...)
	r.Statements = append([]entente.Statement(nil), r.Statements...)
	r.Memberships = append([]entente.Membership(nil), r.Memberships...)
	r.Propositions = append([]entente.Proposition(nil), r.Propositions...)
	r.Instruments = append([]entente.Instrument(nil), r.Instruments...)
	r.RollCalls = append([]entente.RollCall(nil), r.RollCalls...)
	r.Sources = append([]entente.Source(nil), r.Sources...)
	return r
}

// TestNothingLeaks: what is dated after the as-of date, and what is masked,
// cannot change a single bit of any forecast.
func TestNothingLeaks(t *testing.T) {
	p := plant(2, 24, 4, 0.5)
	asOf := entente.Day(2018, 12, 31)
	mask := []predict.Cell{{Actor: "s001", Item: "prop-00"}, {Actor: "s002", Item: "res-0-2"}, {Actor: "s004", Item: "res-0-2"}}
	o := short(predict.Options{Settings: entente.Settings{AsOf: asOf}, Ideal: p.ideal, Mask: mask})
	before := fit(t, p.corpus, o)
	items := []predict.ItemID{"prop-00", "prop-03", "res-0-2", "res-1-4"}
	var want []predict.Forecast
	for _, it := range items {
		for _, a := range []entente.ActorID{"s001", "s002", "s020"} {
			want = append(want, forecast(t, before, a, it))
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		rec := copied(p.corpus)
		ballots, stances := rapid.SampledFrom(entente.Ballots), rapid.SampledFrom(entente.Stances)
		for i := range rec.Votes {
			v := &rec.Votes[i]
			late := v.RollCall == "rc-res-0-4" || v.RollCall == "rc-res-1-4"
			if late || v.RollCall == "rc-res-0-2" && (v.Actor == "s002" || v.Actor == "s004") {
				v.Ballot = ballots.Draw(rt, "ballot")
			}
		}
		for i := range rec.Statements {
			if s := &rec.Statements[i]; s.Actor == "s001" && s.Proposition == "prop-00" {
				s.Stance = stances.Draw(rt, "hidden stance")
			}
		}
		for i := range rapid.IntRange(0, 8).Draw(rt, "later statements") {
			rec.Statements = append(rec.Statements, entente.Statement{
				ID: fmt.Sprint("later-", i), Actor: entente.ActorID(fmt.Sprintf("s%03d", rapid.IntRange(0, 23).Draw(rt, "actor"))),
				Proposition: entente.PropositionID(fmt.Sprintf("prop-%02d", rapid.IntRange(0, 3).Draw(rt, "proposition"))),
				Stance:      stances.Draw(rt, "stance"), Date: entente.Day(2019, rapid.IntRange(1, 12).Draw(rt, "month"), 1), Source: "src", Checked: true,
			})
		}
		if rapid.Bool().Draw(rt, "another resolution") {
			rec.Instruments = append(rec.Instruments, entente.Instrument{ID: "res-new", Title: "Crooked timber", Kind: entente.Resolution, Date: entente.Day(2020, 1, 1), Source: "src", Checked: true})
			rec.RollCalls = append(rec.RollCalls, entente.RollCall{ID: "rc-new", Instrument: "res-new", Date: entente.Day(2020, 1, 1), Complete: true, Source: "src"})
			for i := range 24 {
				rec.Votes = append(rec.Votes, entente.Vote{RollCall: "rc-new", Actor: entente.ActorID(fmt.Sprintf("s%03d", i)), Ballot: ballots.Draw(rt, "new"), Source: "src"})
			}
		}
		if rapid.Bool().Draw(rt, "a state joins a bloc later") {
			rec.Memberships = append(rec.Memberships, entente.Membership{Actor: "s020", Body: "south", Role: "member", Span: entente.Span{From: entente.Day(2019, 1, 1)}, Source: "src", Checked: true})
		}
		m, err := predict.Fit(entente.NewCorpus(p.corpus.Info, rec), o)
		if err != nil {
			rt.Fatal(err)
		}
		var got []predict.Forecast
		for _, it := range items {
			for _, a := range []entente.ActorID{"s001", "s002", "s020"} {
				f, err := m.Forecast(a, it)
				if err != nil {
					rt.Fatal(err)
				}
				got = append(got, f)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			rt.Fatalf("later or masked records changed a forecast:\n%s", d)
		}
	})
}

// TestDegenerate: input that says little gets an error or a forecast that says
// so, never something that is not a number.
func TestDegenerate(t *testing.T) {
	p := plant(2, 12, 2, 0.5)
	base := copied(p.corpus)
	build := func(change func(*entente.Records)) *entente.Corpus {
		r := base
		r.Votes, r.Statements = nil, nil
		change(&r)
		return entente.NewCorpus(p.corpus.Info, r)
	}
	one := entente.Vote{RollCall: "rc-res-0-0", Actor: "s000", Ballot: entente.Yes, Source: "src"}
	for _, c := range []struct {
		name   string
		corpus *entente.Corpus
		ideal  map[entente.ActorID]float64
		enough bool
	}{
		{"one answer", build(func(r *entente.Records) { r.Votes = append(r.Votes, one) }), nil, false},
		{"everybody says yes", build(func(r *entente.Records) {
			for i := range 12 {
				r.Votes = append(r.Votes, entente.Vote{RollCall: "rc-res-0-0", Actor: entente.ActorID(fmt.Sprintf("s%03d", i)), Ballot: entente.Yes, Source: "src"})
			}
		}), p.ideal, true},
		{"ideal points that are no numbers", p.corpus, map[entente.ActorID]float64{"s000": math.NaN(), "s001": math.Inf(1), "s002": 1}, true},
		{"ideal points that are all equal", p.corpus, map[entente.ActorID]float64{"s000": 1, "s001": 1}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := fit(t, c.corpus, short(predict.Options{Ideal: c.ideal}))
			for _, item := range []predict.ItemID{"res-0-0", "res-0-3", "prop-00"} {
				for _, a := range []entente.ActorID{"s000", "s011", "north"} {
					f := forecast(t, m, a, item)
					if f.Enough && !c.enough {
						t.Errorf("%s on %s from one answer: %+v", a, item, f)
					}
				}
			}
			if r := m.Convergence.RHat; math.IsNaN(r) || math.IsInf(r, 0) {
				t.Errorf("convergence is %v", r)
			}
		})
	}
	empty := build(func(*entente.Records) {})
	for name, f := range map[string]func() error{
		"nobody answered":   func() error { _, err := predict.Fit(empty, predict.Options{}); return err },
		"three dimensions":  func() error { _, err := predict.Fit(p.corpus, predict.Options{Dimensions: 3}); return err },
		"a negative number": func() error { _, err := predict.Fit(p.corpus, predict.Options{Keep: -1}); return err },
		"a variance of nought": func() error {
			_, err := predict.Fit(p.corpus, predict.Options{Scales: predict.Scales{Point: 1}})
			return err
		},
		"more folds than answers": func() error { _, err := predict.Folds(p.corpus, predict.Options{}, 1e6); return err },
		"one fold":                func() error { _, err := predict.Folds(p.corpus, predict.Options{}, 1); return err },
		"nothing to hold against": func() error {
			_, err := predict.Validate(p.corpus, short(predict.Options{}), []predict.Cell{{Actor: "north", Item: "res-0-0"}})
			return err
		},
		"unknown actor": func() error {
			_, err := fit(t, p.corpus, short(predict.Options{})).Forecast("nobody", "prop-00")
			return err
		},
		"unknown item": func() error {
			_, err := fit(t, p.corpus, short(predict.Options{})).Forecast("s000", "nothing")
			return err
		},
	} {
		if e, ok := errors.AsType[*entente.Error](f()); !ok || e.Msg == "" {
			t.Errorf("%s: no error for a person", name)
		}
	}
}

// TestReasonsAddUp: what an explanation lists adds up to how the expected
// answer of an actor differs from that of an actor of whom nothing is known.
func TestReasonsAddUp(t *testing.T) {
	p := plant(2, 40, 6, 0.5)
	m := fit(t, p.corpus, predict.Options{Ideal: p.ideal, Mask: []predict.Cell{{Actor: "s003", Item: "prop-00"}}})
	for _, item := range []predict.ItemID{"prop-00", "res-1-4"} {
		why, err := m.Explain("s003", item)
		if err != nil {
			t.Fatal(err)
		}
		var sum float64
		for _, r := range why {
			sum += r.Pull
		}
		got := predict.Lean(m, "s003", item)
		t.Logf("%s: %d reasons add up to %.3f, the lean is %.3f", item, len(why), sum, got)
		// The draws' own noise about the conditional means, and the pulls below
		// 0.02 that are left out.
		if math.Abs(sum-got) > 0.15 {
			t.Errorf("%s: the reasons add up to %.3f, the lean is %.3f", item, sum, got)
		}
	}
}
