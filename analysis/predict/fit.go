package predict

import (
	"math/rand/v2"
	"sync"

	"entente"
)

// Model is a fitted model. It is safe for concurrent use.
type Model struct {
	Corpus      *entente.Corpus
	AsOf        entente.Date
	Options     Options
	Answers     []Answer // what the fit saw, by item and actor
	Convergence Convergence

	d     *design
	draws []draw
	blocs map[entente.ActorID][]string
	cells map[Cell]int // index of Answers
}

// Convergence reports how well the chains agree.
type Convergence struct {
	Chains, Kept int // sweeps kept per chain
	// RHat is the largest potential scale reduction (Gelman and Rubin 1992; chains
	// split in halves) over the items' expected shares and the scales, Worst where
	// it is found, Typical the median. Near 1 is good.
	RHat, Typical float64
	Worst         string
	Accepted      float64 // share of the Metropolis proposals that were taken
	// OK says that RHat is at most 1.1: the chains tell the same story.
	OK bool
}

// draw is what is kept of a sweep.
type draw struct {
	b, a, gap, x, beta, gamma, muB, muA []float64
	w, v                                []float32
	z                                   []float32 // for explanations; only in one draw of four, else nil
	cuts                                [4]float64
}

func (s *state) keep(whole bool) draw {
	c := func(x []float64) []float64 { return append([]float64(nil), x...) }
	d := draw{
		b: c(s.b), a: c(s.a), gap: c(s.gap), x: c(s.x), beta: c(s.beta), gamma: c(s.gamma), muB: c(s.muB), muA: c(s.muA),
		w: short(s.w), v: short(s.v), cuts: s.cuts,
	}
	if whole {
		d.z = short(s.z)
	}
	return d
}

func short(x []float64) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}

// Fit fits the model to the answers on record as of the settings' date, masked
// cells left out. The same corpus and options give the same model. It errs when
// nobody answered anything by then.
func Fit(c *entente.Corpus, o Options) (*Model, error) {
	if err := o.defaults(); err != nil {
		return nil, err
	}
	answers := Answers(c, o.Settings, o.Mask)
	if len(answers) == 0 {
		return nil, &entente.Error{
			Kind: entente.Invalid, Op: "predict", Msg: "no statement, vote or list is on record by " + c.AsOf(o.Settings).String(),
			Hint: "choose a later date with --as-of",
		}
	}
	m := &Model{Corpus: c, AsOf: c.AsOf(o.Settings), Options: o, Answers: answers, cells: map[Cell]int{}}
	for i, a := range answers {
		m.cells[Cell{a.Actor, a.Item}] = i
	}
	m.d, m.blocs = newDesign(c, &o, answers), blocsAt(c, o.Settings)
	runs := make([]run, o.Chains)
	var wg sync.WaitGroup
	for k := range runs {
		wg.Go(func() {
			runs[k] = m.d.chain(&o, uint64(k))
		})
	}
	wg.Wait()
	m.Convergence = converge(runs, o.Keep, m.d.watched())
	for _, r := range runs {
		m.draws = append(m.draws, r.draws...)
	}
	return m, nil
}

// storedDraws is about how many draws a model keeps, of all chains together.
const storedDraws = 700

// run is one chain.
type run struct {
	draws           []draw
	trace           [][]float64 // kept sweep × watched quantity
	accepted, tried int
}

func (d *design) chain(o *Options, k uint64) run {
	r := rand.New(rand.NewPCG(o.Seed, k+1))
	s := d.start(o, r)
	var out run
	thin := max(1, o.Keep*o.Chains/storedDraws) // neighbours are alike
	for i := range o.Burn + o.Keep {
		s.warming = i < o.Burn
		d.sweep(s, o.Dimensions, r)
		if i < o.Burn {
			continue
		}
		// Every fourth sweep is watched: neighbours are alike.
		if (i-o.Burn)%4 == 0 {
			out.trace = append(out.trace, d.watch(s))
		}
		if (i-o.Burn)%thin == 0 {
			out.draws = append(out.draws, s.keep((i-o.Burn)%(4*thin) == 0))
		}
	}
	out.accepted, out.tried = s.accept, s.tried
	return out
}

// watch gives the quantities whose agreement between chains is judged: of each
// item the expected share of the highest and of the lowest side among those who
// answered, and the scales. None depends on the orientation of the latent space.
func (d *design) watch(s *state) []float64 {
	out := make([]float64, 0, 2*len(d.items)+3)
	for j := range d.items {
		var p [3]float64
		n := float64(len(d.ofItem[j]))
		w := draw{cuts: s.cuts}
		for _, c := range d.ofItem[j] {
			q := w.sides(d.items[j].Kind, s.b[j]+s.eta[c], s.gap[j])
			p[Reject] += q[Reject] / n
			p[Affirm] += q[Affirm] / n
		}
		out = append(out, p[Reject], p[Affirm])
	}
	return append(out, s.log[:]...)
}

// watched names the quantities of watch.
func (d *design) watched() []string {
	var out []string
	for j := range d.items {
		out = append(out, string(d.items[j].ID)+" rejected", string(d.items[j].ID)+" affirmed")
	}
	return append(out, "width of doubts", "width of reserve", "width of conditions")
}
