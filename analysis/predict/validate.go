package predict

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"entente"
)

// Validation is how the model did on cells that it did not see, beside the
// baselines.
type Validation struct {
	AsOf        entente.Date
	Cells       []Tried
	Methods     []Method
	ByItem      []ItemScore
	Calibration []Bin // of the model
	// Enough and Thin are the model's scores on the cells for which it had enough
	// to say, and on the others.
	Enough, Thin Score
	// Unknown counts the asked cells without an answer on record; they are not
	// scored.
	Unknown int
	Folds   int // 1 when one mask was given
	RHat    float64
}

// Tried is one hidden cell with what every method said of it.
type Tried struct {
	Cell
	Truth  Side
	P      [][3]float64 // in the order of Methods
	Enough bool
}

// Method is a method's score, and how the model's log score compares with it.
type Method struct {
	Name string
	Score
	// Ahead is the model's mean log score minus this method's; SE is its standard
	// error over cells, as if cells were independent; Brier's are the same with
	// the sign turned, so that more is better for the model.
	Ahead, SE           float64
	AheadBrier, SEBrier float64
	Beaten              bool // the model is ahead in log score and in Brier score
}

// ItemScore is every method's score on one item, in the order of [Methods].
type ItemScore struct {
	Item   ItemID
	Scores []Score
}

// truth gives the answers that a validation is held against: those on record as
// of the settings' date, and for cells that have none by then, those as of the
// corpus's release.
func truth(c *entente.Corpus, s entente.Settings) map[Cell]Side {
	out := map[Cell]Side{}
	for _, t := range []entente.Date{{}, s.AsOf} {
		s.AsOf = t
		for _, a := range Answers(c, s, nil) {
			out[Cell{a.Actor, a.Item}] = a.Side
		}
	}
	return out
}

// Validate hides the mask's cells, fits the rest as of the settings' date, and
// scores the hidden cells for which an answer is on record. It errs when there
// is none.
func Validate(c *entente.Corpus, o Options, mask []Cell) (*Validation, error) {
	o.Mask = mask
	m, err := Fit(c, o)
	if err != nil {
		return nil, err
	}
	cells, unknown, err := m.try(mask, truth(c, o.Settings))
	if err != nil {
		return nil, err
	}
	v, err := summarise(cells)
	if err != nil {
		return nil, err
	}
	v.AsOf, v.Unknown, v.Folds, v.RHat = m.AsOf, unknown, 1, m.Convergence.RHat
	return v, nil
}

func (m *Model) try(cells []Cell, known map[Cell]Side) ([]Tried, int, error) {
	b, unknown := newBaselines(m), 0
	targets := map[ItemID]*target{}
	var out []Tried
	for _, c := range cells {
		side, ok := known[c]
		if !ok {
			unknown++
			continue
		}
		t := targets[c.Item]
		if t == nil {
			var err error
			if t, err = m.target(c.Item); err != nil {
				return nil, 0, err
			}
			if t.j >= 0 {
				t.prev = m.d.prev[t.j]
			}
			targets[c.Item] = t
		}
		out = append(out, Tried{c, side, b.all(c.Actor, t), m.forecast(c.Actor, t).Enough})
	}
	return out, unknown, nil
}

// Folds is cross-validation over the states' answers of the kinds given (all
// kinds when none is): they are dealt into k folds by the seed, each fold is
// hidden in turn, and every answer is scored once. It errs with fewer answers
// than folds.
func Folds(c *entente.Corpus, o Options, k int, kinds ...Kind) (*Validation, error) {
	if err := o.defaults(); err != nil {
		return nil, err
	}
	want := map[Kind]bool{}
	for _, x := range kinds {
		want[x] = true
	}
	var cells []Cell
	for _, a := range Answers(c, o.Settings, nil) {
		if act := c.Actor(a.Actor); act != nil && act.Kind == entente.State && (len(want) == 0 || want[a.Kind]) {
			cells = append(cells, Cell{a.Actor, a.Item})
		}
	}
	return FoldsOf(c, o, k, cells)
}

// FoldsOf is cross-validation over chosen cells: they are dealt into k folds by
// the seed and each fold is hidden in turn, while the others stay visible as far
// as they are dated by the settings' date. Cells without an answer on record are
// counted as unknown.
func FoldsOf(c *entente.Corpus, o Options, k int, asked []Cell) (*Validation, error) {
	if err := o.defaults(); err != nil {
		return nil, err
	}
	known := truth(c, o.Settings)
	var cells []Cell
	for _, x := range asked {
		if _, ok := known[x]; ok {
			cells = append(cells, x)
		}
	}
	if k < 2 || len(cells) < k {
		return nil, &entente.Error{
			Kind: entente.Invalid, Op: "validate", Msg: fmt.Sprintf("%d folds of %d answers", k, len(cells)),
			Hint: "choose 2 or more folds, and no more than there are answers",
		}
	}
	rand.New(rand.NewPCG(o.Seed, 0xf01d)).Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
	type part struct {
		cells []Tried
		rhat  float64
		err   error
	}
	parts := make([]part, k)
	var wg sync.WaitGroup
	for f := range k {
		wg.Go(func() {
			var hidden []Cell
			for i := f; i < len(cells); i += k {
				hidden = append(hidden, cells[i])
			}
			oo := o
			oo.Mask = append(append([]Cell(nil), o.Mask...), hidden...)
			m, err := Fit(c, oo)
			if err != nil {
				parts[f].err = err
				return
			}
			parts[f].rhat = m.Convergence.RHat
			parts[f].cells, _, parts[f].err = m.try(hidden, known)
		})
	}
	wg.Wait()
	var all []Tried
	worst := 0.0
	for _, p := range parts {
		if p.err != nil {
			return nil, p.err
		}
		all = append(all, p.cells...)
		worst = math.Max(worst, p.rhat)
	}
	v, err := summarise(all)
	if err != nil {
		return nil, err
	}
	v.AsOf, v.Folds, v.RHat, v.Unknown = c.AsOf(o.Settings), k, worst, len(asked)-len(cells)
	return v, nil
}

func summarise(cells []Tried) (*Validation, error) {
	if len(cells) == 0 {
		return nil, &entente.Error{
			Kind: entente.Invalid, Op: "validate", Msg: "no hidden cell has an answer on record to hold the forecasts against",
			Hint: "mask cells (actor,item) that have a statement, a vote or a place on a list",
		}
	}
	v := &Validation{Cells: cells}
	all := func(Tried) bool { return true }
	model, sides := column(cells, 0, all)
	v.Calibration = calibration(model, sides)
	for k, name := range Methods {
		ps, _ := column(cells, k, all)
		me := Method{Name: name, Score: scoreOf(ps, sides)}
		me.Ahead, me.SE = ahead(model, ps, sides, func(p [3]float64, t Side) float64 { return math.Log(math.Max(p[t], floorP)) })
		me.AheadBrier, me.SEBrier = ahead(model, ps, sides, func(p [3]float64, t Side) float64 {
			return -scoreOf([][3]float64{p}, []Side{t}).Brier
		})
		me.Beaten = k > 0 && me.Ahead > 0 && me.AheadBrier > 0
		v.Methods = append(v.Methods, me)
	}
	for _, e := range []bool{true, false} {
		ps, s := column(cells, 0, func(t Tried) bool { return t.Enough == e })
		if e {
			v.Enough = scoreOf(ps, s)
		} else {
			v.Thin = scoreOf(ps, s)
		}
	}
	seen := map[ItemID]bool{}
	for _, c := range cells {
		if seen[c.Item] {
			continue
		}
		seen[c.Item] = true
		is := ItemScore{Item: c.Item}
		for k := range Methods {
			ps, s := column(cells, k, func(t Tried) bool { return t.Item == c.Item })
			is.Scores = append(is.Scores, scoreOf(ps, s))
		}
		v.ByItem = append(v.ByItem, is)
	}
	return v, nil
}

func column(cells []Tried, k int, in func(Tried) bool) (ps [][3]float64, truth []Side) {
	for _, c := range cells {
		if in(c) {
			ps, truth = append(ps, c.P[k]), append(truth, c.Truth)
		}
	}
	return ps, truth
}

// ahead is the mean difference of a score per cell, and its standard error.
func ahead(a, b [][3]float64, truth []Side, f func([3]float64, Side) float64) (mean, se float64) {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = f(a[i], truth[i]) - f(b[i], truth[i])
	}
	m, v := meanVar(d)
	return m, math.Sqrt(v / float64(len(d)))
}
