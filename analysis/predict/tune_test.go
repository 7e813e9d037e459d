package predict_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"entente"
	"entente/analysis/predict"
)

// tuneOnce scores one choice on pre-2022 data: votes of 2019 and 2020 each from
// what came before, and five folds of the statements on record in 2021.
func tuneOnce(t *testing.T, o predict.Options) (votes, said predict.Score, lines string) {
	c := cyberNorms(t)
	o.Keep = 400
	var ps [][3]float64
	var truth []predict.Side
	for _, r := range []struct {
		asOf    entente.Date
		session int
		items   []predict.ItemID
	}{
		{entente.Day(2018, 6, 30), 72, []predict.ItemID{"res-73-27"}},
		{entente.Day(2019, 6, 30), 73, []predict.ItemID{"res-74-28", "res-74-29", "res-74-247"}},
		{entente.Day(2020, 6, 30), 74, []predict.ItemID{"res-75-32", "res-75-240"}},
	} {
		o.AsOf, o.Ideal = r.asOf, published(t, r.session)
		v, err := predict.Validate(c, o, hidden(c, r.items...))
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range v.Cells {
			ps, truth = append(ps, x.P[0]), append(truth, x.Truth)
		}
		for _, is := range v.ByItem {
			lines += fmt.Sprintf(" %s %.3f/%.3f", is.Item[4:], is.Scores[0].Log, is.Scores[0].Accuracy)
		}
	}
	votes = predict.ScoreOf(ps, truth)
	o.AsOf, o.Ideal = entente.Day(2021, 12, 31), published(t, 75)
	v, err := predict.Folds(c, o, 5, predict.Said)
	if err != nil {
		t.Fatal(err)
	}
	return votes, v.Methods[0].Score, lines
}

func TestTune(t *testing.T) {
	if os.Getenv("TUNE") == "" {
		t.Skip()
	}
	base := predict.DefaultScales
	try := func(name string, s predict.Scales, dims int, noIssues bool) {
		start := time.Now()
		v, w, l := tuneOnce(t, predict.Options{Scales: s, Dimensions: dims, NoIssues: noIssues})
		fmt.Printf("%-18s votes %.4f %.4f %.4f  said %.4f %.4f %.4f  sum %.1f %s %.0fs\n", name, v.Log, v.Brier, v.Accuracy, w.Log, w.Brier, w.Accuracy, v.Log*float64(v.N)+w.Log*float64(w.N), l, time.Since(start).Seconds())
	}
	try("issues", base, 1, false)
	try("base", base, 1, true)
	try("dims2", base, 2, true)
	type f struct {
		name string
		p    func(*predict.Scales) *float64
	}
	for _, x := range []f{
		{"Point", func(s *predict.Scales) *float64 { return &s.Point }}, {"Shift", func(s *predict.Scales) *float64 { return &s.Shift }},
		{"Line", func(s *predict.Scales) *float64 { return &s.Line }}, {"Issue", func(s *predict.Scales) *float64 { return &s.Issue }},
		{"BlocLine", func(s *predict.Scales) *float64 { return &s.BlocLine }}, {"BlocIssue", func(s *predict.Scales) *float64 { return &s.BlocIssue }},
		{"Intercept", func(s *predict.Scales) *float64 { return &s.Intercept }}, {"Slope", func(s *predict.Scales) *float64 { return &s.Slope }},
		{"WalkIntercept", func(s *predict.Scales) *float64 { return &s.WalkIntercept }}, {"WalkSlope", func(s *predict.Scales) *float64 { return &s.WalkSlope }},
	} {
		for _, m := range []float64{0.4, 2.5} {
			s := base
			*x.p(&s) *= m
			try(fmt.Sprintf("%s %.3f", x.name, *x.p(&s)), s, 1, true)
		}
	}
}
