package candidates

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"entente"
)

// Example is a passage that was coded: a quotation, or what a statement's note
// or conditions say of it. A passage that speaks to several propositions is one
// example for each. An empty Proposition means that the passage was read and
// speaks to none; such examples teach where to stay quiet.
type Example struct {
	Text        string
	Proposition string
	Source      string // whatever must not be both learned from and tested on
}

// Definition is what a proposition says: its statement, its entry in the
// codebook. Several of one proposition are read as one text.
type Definition struct {
	Proposition string
	Text        string
}

// Candidate is a proposition that a paragraph may speak to.
type Candidate struct {
	Proposition string
	Score       float64 // no unit; only for ranking
	// Share is how many of the held-out suggestions with such a score were
	// right, from 0 to 1; see [Model.Calibration].
	Share float64
	Words []Word // what speaks for it, the strongest first, at most eight
	Basis int    // coded passages that it was learned from; 0: the definition alone
}

// Word is a word as the paragraph has it, and its part of the score.
type Word struct {
	Text   string
	Weight float64
}

// Least is the lowest share at which a candidate is shown: one in five.
const Least = 0.2

// maxWords bounds the explanation of one candidate.
const maxWords = 8

// Model ranks propositions for a paragraph. It never changes and is safe for
// concurrent use.
type Model struct {
	words vocabulary
	fit   *fitted
	curve Calibration
}

// Calibration is the curve from a score to a share:
// share = 1 / (1 + exp(-(A + B ln(score)))); the logarithm fits better than the
// score, since the best scores still are wrong at times.
type Calibration struct {
	A, B float64
	// Passages were held out to find the curve; 0: too few were coded, and the
	// curve is that of the corpus that comes with Entente.
	Passages int
}

// Share is the share of suggestions with this score that were right.
func (c Calibration) Share(score float64) float64 {
	if score <= 0 {
		return 0
	}
	return rounded(1 / (1 + math.Exp(-(c.A + float64(c.B*math.Log(score))))))
}

// Train learns from coded passages and definitions. The order of neither
// matters, and saying the same twice changes nothing. It errs when there is
// nothing to rank, and on an example without a source.
func Train(examples []Example, definitions []Definition) (*Model, error) {
	d, err := encode("learn from codings", examples, definitions)
	if err != nil {
		return nil, err
	}
	m := &Model{words: d.words, fit: d.fit(everything, chosen), curve: usual}
	if list, n := d.heldOut(calibrationFolds, 1, calibrationMost); n > 0 {
		m.curve = calibrate(list, n)
	}
	return m, nil
}

// Calibration tells how scores became shares.
func (m *Model) Calibration() Calibration { return m.curve }

// Propositions lists what the model can suggest, sorted.
func (m *Model) Propositions() []string { return slices.Clone(m.fit.names) }

// Rank gives the at most n propositions that the paragraph most likely speaks
// to, the best first, and none whose share is under [Least]. Equal scores stand
// in the order of the names.
func (m *Model) Rank(paragraph string, n int) []Candidate {
	if n <= 0 {
		return nil
	}
	t := m.words.read(paragraph)
	var out []Candidate
	for _, h := range m.fit.rank(&t, n) {
		share := m.curve.Share(h.score)
		if share < Least {
			continue
		}
		out = append(out, Candidate{
			Proposition: m.fit.names[h.class], Score: h.score, Share: share,
			Words: m.fit.explain(&t, h, paragraph), Basis: m.fit.basis[h.class],
		})
	}
	return out
}

// explain lists the words of the best window with their parts of the score.
func (f *fitted) explain(t *text, h hit, paragraph string) []Word {
	at := map[int32]int{}
	var out []Word
	lo, hi := h.window*half, min((h.window+2)*half, len(t.words))
	for i := lo; i < hi; i++ {
		id := t.words[i]
		w := float64(f.idf(id)*f.weight(id, h.class)) * h.scale
		if w <= 0 {
			continue
		}
		if k, ok := at[id]; ok {
			out[k].Weight += w
			continue
		}
		at[id] = len(out)
		out = append(out, Word{Text: shown(paragraph[t.spans[i].from:t.spans[i].to]), Weight: w})
	}
	for i := range out {
		out[i].Weight = rounded(out[i].Weight)
	}
	slices.SortStableFunc(out, func(a, b Word) int {
		switch {
		case a.Weight > b.Weight:
			return -1
		case a.Weight < b.Weight:
			return 1
		}
		return strings.Compare(a.Text, b.Text)
	})
	return out[:min(len(out), maxWords)]
}

// shown is a word of the paragraph on one line and of a bounded length.
func shown(s string) string {
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "\uFFFD")
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

// rounded drops what differs between machines.
func rounded(x float64) float64 { return math.Round(x*1e9) / 1e9 }

func invalid(op, place, msg, hint string) error {
	return &entente.Error{Kind: entente.Invalid, Op: op, Place: place, Msg: msg, Hint: hint}
}

func example(i int) string { return fmt.Sprintf("example %d", i+1) }
