package candidates

import (
	"fmt"
	"math"
	"slices"
)

// The ways of ranking that [CrossValidate] measures.
const (
	ByModel       = "model"
	ByFrequency   = "most frequent propositions" // the same list for every passage
	ByDefinitions = "definitions only"           // as if nothing had been coded
)

// Rate is a share with what it was counted from and its interval.
type Rate struct {
	K, N   int
	Lo, Hi float64 // 95 per cent interval of Wilson (1927); 0 to 1 without trials
}

// Share is K of N; 0 without trials.
func (r Rate) Share() float64 {
	if r.N == 0 {
		return 0
	}
	return float64(r.K) / float64(r.N)
}

// Measure tells how well a way of ranking found one of the propositions that
// a held-out passage was coded with.
type Measure struct {
	Name             string
	Hit1, Hit3, Hit5 Rate // passages with a right one among the first 1, 3, 5
	// MRR is the mean over Hit1.N passages of one divided by the rank of the
	// first right one, 0 where none was ranked.
	MRR float64
}

// Band is one band of shares: how many suggestions fell into it, what share
// was promised on average and how many were right.
type Band struct {
	Lo, Hi   float64
	Promised float64
	Right    Rate
}

// Report is what [CrossValidate] found. A passage is one text of one source,
// with all propositions that it was coded with. Passages of one source are
// alike, so that the intervals are somewhat too narrow.
type Report struct {
	Folds    int
	Seed     uint64
	Sources  int
	Coded    int // passages with a proposition
	Quiet    int // passages that speak to none
	Repeated int // coded passages whose text also stands in another fold
	Measures []Measure
	// Fresh is the same without the repeated passages, whose very text was learned.
	Fresh []Measure
	// What a reader would see: at most five candidates a passage, none under
	// Least, with the curve found on the other folds.
	Precision  Rate // right ones of the candidates shown, quiet passages included
	Found      Rate // coded passages with a right candidate shown
	Silent     Rate // coded passages with none shown
	LeftAlone  Rate // quiet passages with none shown
	Calibrated []Band
}

// CrossValidate deals the sources into folds by the seed, ranks the passages of
// each fold by what was learned from the others, and compares with two
// baselines. A source is never in both. It errs on fewer than two folds, or
// fewer sources than folds.
func CrossValidate(examples []Example, definitions []Definition, folds int, seed uint64) (*Report, error) {
	return crossValidate(examples, definitions, folds, seed, chosen)
}

func crossValidate(examples []Example, definitions []Definition, folds int, seed uint64, s settings) (*Report, error) {
	const op = "validate suggestions"
	d, err := encode(op, examples, definitions)
	if err != nil {
		return nil, err
	}
	if folds < 2 {
		return nil, invalid(op, "folds", fmt.Sprintf("%d folds leave nothing to test on", folds), "ask for two or more, for example 10")
	}
	part := d.folds(folds, seed)
	if part == nil {
		return nil, invalid(op, "folds", "there are fewer sources than folds", "ask for fewer folds, or code more sources")
	}
	r := &Report{Folds: folds, Seed: seed, Sources: d.sources()}
	in := d.textsIn(part)
	ways := []string{ByModel, ByFrequency, ByDefinitions}
	all, fresh := newTallies(ways), newTallies(ways)
	judgedIn := make([][]judged, folds)
	only := d.fit(everything, definitionsOnly)
	for j := range folds {
		f := d.fit(func(i int) bool { return part[i] != j }, s)
		often := f.mostFrequent()
		for i := range d.passages {
			if part[i] != j {
				continue
			}
			p := &d.passages[i]
			hits := f.rank(&p.text, len(d.names))
			judgedIn[j] = d.judge(judgedIn[j], i, hits)
			if len(p.classes) == 0 {
				r.Quiet++
				continue
			}
			r.Coded++
			again := len(in[p.raw]) > 1
			if again {
				r.Repeated++
			}
			for w, list := range [][]hit{hits, often, only.rank(&p.text, len(d.names))} {
				n := firstRight(list, p.classes)
				all[w].add(n)
				if !again {
					fresh[w].add(n)
				}
			}
		}
	}
	r.Measures, r.Fresh = measures(all), measures(fresh)
	r.shown(d, part, judgedIn)
	return r, nil
}

func (d *data) sources() int {
	n := 0
	for i := range d.passages {
		if i == 0 || d.passages[i].source != d.passages[i-1].source {
			n++
		}
	}
	return n
}

// textsIn gives the folds in which each text stands.
func (d *data) textsIn(part []int) map[string]map[int]bool {
	out := map[string]map[int]bool{}
	for i := range d.passages {
		if len(d.passages[i].classes) == 0 {
			continue
		}
		m := out[d.passages[i].raw]
		if m == nil {
			m = map[int]bool{}
			out[d.passages[i].raw] = m
		}
		m[part[i]] = true
	}
	return out
}

// mostFrequent ranks the classes by how often they were coded.
func (f *fitted) mostFrequent() []hit {
	var out []hit
	for c, n := range f.basis {
		if n > 0 {
			out = append(out, hit{class: int32(c), score: float64(n)}) //nolint:gosec // a class
		}
	}
	slices.SortStableFunc(out, func(a, b hit) int { return f.basis[b.class] - f.basis[a.class] })
	return out
}

// firstRight is the rank, from 1, of the first right class; 0: none.
func firstRight(list []hit, classes []int32) int {
	for i, h := range list {
		if _, ok := slices.BinarySearch(classes, h.class); ok {
			return i + 1
		}
	}
	return 0
}

// tally counts ranks.
type tally struct {
	name    string
	n       int
	hits    [3]int
	inverse float64
}

var depths = [3]int{1, 3, 5}

func newTallies(names []string) []tally {
	out := make([]tally, len(names))
	for i, n := range names {
		out[i].name = n
	}
	return out
}

func (t *tally) add(rank int) {
	t.n++
	if rank == 0 {
		return
	}
	t.inverse += 1 / float64(rank)
	for i, most := range depths {
		if rank <= most {
			t.hits[i]++
		}
	}
}

func measures(list []tally) []Measure {
	out := make([]Measure, len(list))
	for i, t := range list {
		out[i] = Measure{Name: t.name, Hit1: rate(t.hits[0], t.n), Hit3: rate(t.hits[1], t.n), Hit5: rate(t.hits[2], t.n)}
		if t.n > 0 {
			out[i].MRR = rounded(t.inverse / float64(t.n))
		}
	}
	return out
}

// bandEnds part the shares for the check of the calibration.
var bandEnds = []float64{0, 0.1, Least, 0.4, 0.6, 1}

// shown judges what a reader would see, each fold with the curve of the others.
func (r *Report) shown(d *data, part []int, judgedIn [][]judged) {
	right, shown, promised := make([]int, len(bandEnds)-1), make([]int, len(bandEnds)-1), make([]float64, len(bandEnds)-1)
	anyShown, anyRight := map[int]bool{}, map[int]bool{}
	var good, seen int
	for j, list := range judgedIn {
		var others []judged
		n := 0
		for k, l := range judgedIn {
			if k != j {
				others = append(others, l...)
			}
		}
		for _, p := range part {
			if p != j {
				n++
			}
		}
		curve := usual
		if n >= calibrationLeast {
			curve = calibrate(others, n)
		}
		for _, x := range list {
			share := curve.Share(x.score)
			b := 0
			for b+2 < len(bandEnds) && share >= bandEnds[b+1] {
				b++
			}
			shown[b]++
			promised[b] += share
			if x.right {
				right[b]++
			}
			if share < Least {
				continue
			}
			seen++
			anyShown[x.passage] = true
			if x.right {
				good++
				anyRight[x.passage] = true
			}
		}
	}
	found, silent, alone := 0, 0, 0
	for i := range d.passages {
		switch coded := len(d.passages[i].classes) > 0; {
		case coded && anyRight[i]:
			found++
		case coded && !anyShown[i]:
			silent++
		case !coded && !anyShown[i]:
			alone++
		}
	}
	r.Precision, r.Found = rate(good, seen), rate(found, r.Coded)
	r.Silent, r.LeftAlone = rate(silent, r.Coded), rate(alone, r.Quiet)
	for b := range shown {
		band := Band{Lo: bandEnds[b], Hi: bandEnds[b+1], Right: rate(right[b], shown[b])}
		if shown[b] > 0 {
			band.Promised = rounded(promised[b] / float64(shown[b]))
		}
		r.Calibrated = append(r.Calibrated, band)
	}
}

// rate is k of n with the 95 per cent interval of Wilson (1927).
func rate(k, n int) Rate {
	if n == 0 {
		return Rate{Hi: 1}
	}
	const z = 1.959963984540054 // the 0.975 quantile of the normal distribution
	p, m := float64(k)/float64(n), float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	width := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Rate{k, n, rounded(min(max(mid-width, 0), p)), rounded(max(min(mid+width, 1), p))}
}
