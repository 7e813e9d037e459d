package view

import (
	"fmt"
	"testing"

	"entente"
	"entente/analysis/predict"
)

// BenchmarkPredictScales is how the variances of the model, its dimensions and
// what instruments imply were chosen: on answers dated before 2022 only. Votes
// of 2018 to 2020 are predicted from what came before, one and two years ahead,
// and the statements of 2021 in five folds. It prints a line per choice:
//
//	go test ./internal/view -run '^$' -bench PredictScales -benchtime 1x
func BenchmarkPredictScales(b *testing.B) {
	c, err := theCorpus()
	if err != nil {
		b.Fatal(err)
	}
	a, err := theVotes()
	if err != nil {
		b.Fatal(err)
	}
	vb := VoteBuilder{Builder: Builder{c}, Archive: a}
	d := predict.DefaultScales
	with := func(change func(*predict.Scales)) predict.Scales {
		s := d
		change(&s)
		return s
	}
	for range b.N {
		for _, x := range []struct {
			name string
			o    predict.Options
		}{
			{"default", predict.Options{}},
			{"two dimensions", predict.Options{Dimensions: 2}},
			{"what instruments imply", predict.Options{Implied: true}},
			{"points 1", predict.Options{Scales: with(func(s *predict.Scales) { s.Point = 1 })}},
			{"walk of slopes 0.2", predict.Options{Scales: with(func(s *predict.Scales) { s.WalkSlope = 0.2 })}},
			{"walk of both 1", predict.Options{Scales: with(func(s *predict.Scales) { s.WalkSlope, s.WalkIntercept = 1, 1 })}},
			{"tail of steps 2", predict.Options{Scales: with(func(s *predict.Scales) { s.Tail = 2 })}},
			{"tail of steps 2, points 1", predict.Options{Scales: with(func(s *predict.Scales) { s.Tail, s.Point = 2, 1 })}},
			{"lines 0.5", predict.Options{Scales: with(func(s *predict.Scales) { s.Line = 0.5 })}},
			{"lines 2", predict.Options{Scales: with(func(s *predict.Scales) { s.Line = 2 })}},
		} {
			votes, said := scalesScore(b, vb, x.o)
			fmt.Printf("%-24s votes n %d log %.4f Brier %.4f accuracy %.4f; statements n %d log %.4f Brier %.4f accuracy %.4f; sum of logs %.1f\n",
				x.name, votes.N, votes.Log, votes.Brier, votes.Accuracy, said.N, said.Log, said.Brier, said.Accuracy,
				votes.Log*float64(votes.N)+said.Log*float64(said.N))
		}
	}
}

func scalesScore(b *testing.B, vb VoteBuilder, o predict.Options) (votes, said predict.Score) {
	b.Helper()
	for _, r := range []struct {
		asOf  entente.Date
		items []predict.ItemID
	}{
		{entente.Day(2018, 6, 30), []predict.ItemID{"res-73-27"}},
		{entente.Day(2019, 6, 30), []predict.ItemID{"res-74-28", "res-74-29", "res-74-247", "res-75-32", "res-75-240"}},
		{entente.Day(2020, 6, 30), []predict.ItemID{"res-75-32", "res-75-240"}},
	} {
		v, err := predict.Validate(vb.Corpus, asOfIdeal(b, vb, o, r.asOf), memberCells(vb.Corpus, r.items...))
		if err != nil {
			b.Fatal(err)
		}
		votes = pooled(votes, v.Methods[0].Score)
	}
	v, err := predict.Folds(vb.Corpus, asOfIdeal(b, vb, o, entente.Day(2021, 12, 31)), 5, predict.Said)
	if err != nil {
		b.Fatal(err)
	}
	return votes, v.Methods[0].Score
}

func asOfIdeal(b *testing.B, vb VoteBuilder, o predict.Options, t entente.Date) predict.Options {
	b.Helper()
	ideal, _, err := vb.IdealPoints(t)
	if err != nil {
		b.Fatal(err)
	}
	o.AsOf, o.Ideal = t, ideal
	return o
}

func pooled(a, b predict.Score) predict.Score {
	n, m := float64(a.N), float64(b.N)
	mean := func(x, y float64) float64 { return (n*x + m*y) / (n + m) }
	return predict.Score{N: a.N + b.N, Log: mean(a.Log, b.Log), Brier: mean(a.Brier, b.Brier), Accuracy: mean(a.Accuracy, b.Accuracy)}
}
