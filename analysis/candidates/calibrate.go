package candidates

import (
	"math"
	"math/rand/v2"
	"slices"
)

const (
	calibrationFolds = 5
	calibrationMost  = 2000 // passages that are enough for a curve of two numbers
	calibrationLeast = 30   // passages under which a curve says nothing
	shownMost        = 5    // candidates of a passage that count
)

// usual is the curve found on the corpus that comes with Entente; it serves
// until enough was coded for one's own. A test finds it again.
var usual = Calibration{A: 1.68, B: 2.17}

// judged is a suggestion on a held-out passage.
type judged struct {
	passage int
	score   float64
	right   bool
}

// folds deals the sources into k parts of about as many passages each.
// It gives the part of every passage; nil when there are fewer sources than parts.
func (d *data) folds(k int, seed uint64) []int {
	type group struct {
		source string
		size   int
	}
	var groups []group
	for i := range d.passages {
		if n := len(groups); n > 0 && groups[n-1].source == d.passages[i].source {
			groups[n-1].size++
			continue
		}
		groups = append(groups, group{d.passages[i].source, 1})
	}
	if len(groups) < k {
		return nil
	}
	r := rand.New(rand.NewPCG(seed, uint64(len(groups)))) //nolint:gosec // a draw of folds, no secret
	r.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
	slices.SortStableFunc(groups, func(a, b group) int { return b.size - a.size })
	load, part := make([]int, k), make(map[string]int, len(groups))
	for _, g := range groups {
		least := 0
		for j := range load {
			if load[j] < load[least] {
				least = j
			}
		}
		load[least] += g.size
		part[g.source] = least
	}
	out := make([]int, len(d.passages))
	for i := range out {
		out[i] = part[d.passages[i].source]
	}
	return out
}

// heldOut judges the suggestions on at most most passages, each by a model that
// never saw its source, and counts the passages: 0 when there are too few.
func (d *data) heldOut(k int, seed uint64, most int) (out []judged, passages int) {
	part := d.folds(k, seed)
	if part == nil {
		return nil, 0
	}
	order := rand.New(rand.NewPCG(seed, 1)).Perm(len(d.passages)) //nolint:gosec // a draw of passages, no secret
	take := make([]bool, len(d.passages))
	coded := 0
	for _, i := range order[:min(most, len(order))] {
		take[i] = true
		if len(d.passages[i].classes) > 0 {
			coded++
		}
	}
	if coded < calibrationLeast {
		return nil, 0
	}
	for j := range k {
		f := d.fit(func(i int) bool { return part[i] != j }, chosen)
		for i := range d.passages {
			if take[i] && part[i] == j {
				out = d.judge(out, i, f.rank(&d.passages[i].text, shownMost))
			}
		}
	}
	return out, min(most, len(order))
}

func (d *data) judge(out []judged, i int, hits []hit) []judged {
	for _, h := range hits[:min(len(hits), shownMost)] {
		_, right := slices.BinarySearch(d.passages[i].classes, h.class)
		out = append(out, judged{i, h.score, right})
	}
	return out
}

// calibrate fits the logistic curve by Newton's method, with the targets of
// Platt (1999), which keep it finite when every suggestion was right, and a
// weak prior on the slope. A curve that falls with the score is made flat:
// then scores tell nothing.
func calibrate(list []judged, passages int) Calibration {
	var right, wrong float64
	for _, j := range list {
		if j.right {
			right++
		} else {
			wrong++
		}
	}
	c := Calibration{Passages: passages}
	if len(list) == 0 {
		return usual
	}
	yes, no := (right+1)/(right+2), 1/(wrong+2)
	const prior = 1e-3
	for range 100 {
		g0, g1, h00, h01, h11 := 0.0, float64(-prior*c.B), 1e-9, 0.0, prior
		for _, j := range list {
			p, y := c.Share(j.score), no
			if j.right {
				y = yes
			}
			x, w := math.Log(j.score), float64(p*(1-p))
			g0 += y - p
			g1 += float64((y - p) * x)
			h00 += w
			h01 += float64(w * x)
			h11 += float64(float64(w*x) * x)
		}
		det := float64(h00*h11) - float64(h01*h01)
		if det <= 0 {
			break
		}
		da := (float64(h11*g0) - float64(h01*g1)) / det
		db := (float64(h00*g1) - float64(h01*g0)) / det
		step := min(1, 4/max(math.Abs(da), math.Abs(db)/4, 1e-300))
		c.A += float64(step * da)
		c.B += float64(step * db)
		if math.Abs(da)+math.Abs(db) < 1e-10 {
			break
		}
	}
	if c.B <= 0 {
		c.A, c.B = math.Log((right+1)/(wrong+1)), 0
	}
	// Six decimals: what differs between machines must not show.
	c.A, c.B = math.Round(c.A*1e6)/1e6, math.Round(c.B*1e6)/1e6
	return c
}
