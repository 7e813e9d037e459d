package predict_test

import (
	"testing"
	"time"

	"entente"
	"entente/analysis/predict"
)

func TestDevStatements(t *testing.T) {
	c := cyberNorms(t)
	for _, dims := range []int{1, 2} {
		o := predict.Options{Settings: entente.Settings{AsOf: entente.Day(2021, 12, 31)}, Ideal: published(t, 75), Dimensions: dims}
		start := time.Now()
		v, err := predict.Folds(c, o, 10, predict.Said)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("dims %d %v\n%s", dims, time.Since(start), table(v))
	}
}

// Pre-2022 rolling: predict each contested vote of 2019-2020 from what came before its year.
func TestDevRolling(t *testing.T) {
	c := cyberNorms(t)
	for _, dims := range []int{1, 2} {
		for _, r := range []struct {
			asOf    entente.Date
			session int
			items   []predict.ItemID
		}{
			{entente.Day(2019, 6, 30), 73, []predict.ItemID{"res-74-28", "res-74-29", "res-74-247"}},
			{entente.Day(2020, 6, 30), 74, []predict.ItemID{"res-75-32", "res-75-240"}},
		} {
			o := predict.Options{Settings: entente.Settings{AsOf: r.asOf}, Ideal: published(t, r.session), Dimensions: dims}
			start := time.Now()
			v, err := predict.Validate(c, o, hidden(c, r.items...))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("dims %d as of %s %v\n%s", dims, r.asOf, time.Since(start), table(v))
		}
	}
}

func TestDevMixing(t *testing.T) {
	c := cyberNorms(t)
	for _, n := range []int{400, 1000, 2000} {
		start := time.Now()
		m, err := predict.Fit(c, predict.Options{Settings: entente.Settings{AsOf: entente.Day(2021, 12, 31)}, Ideal: published(t, 75), Burn: n / 2, Keep: n})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d %v %+v answers %d", n, time.Since(start), m.Convergence, len(m.Answers))
	}
}
