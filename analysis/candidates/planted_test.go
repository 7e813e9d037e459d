package candidates

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// planted makes synthetic texts: each proposition has ten words of its own, of
// which a passage about it has three among common words.
type planted struct {
	r     *rand.Rand
	topic [][]string
}

func plant(propositions int, seed uint64) *planted {
	p := &planted{r: rand.New(rand.NewPCG(seed, 7))}
	for i := range propositions {
		var own []string
		for j := range 10 {
			own = append(own, fmt.Sprintf("%s%s", letters(i), letters(j)))
		}
		p.topic = append(p.topic, own)
	}
	return p
}

// letters spells a number in three letters.
func letters(i int) string {
	return string([]byte{byte('b' + i%20), byte('a' + i/20%20), byte('b' + i/400%20)})
}

// passage draws a text of n words, three of them of the topic; topic -1: none.
func (p *planted) passage(topic, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("q%d", int(math.Exp(p.r.Float64()*7.5))) // common words, by rank about as Zipf has it
	}
	if topic >= 0 {
		for _, at := range p.r.Perm(n)[:3] {
			words[at] = p.topic[topic][p.r.IntN(10)]
		}
	}
	return strings.Join(words, " ")
}

func (p *planted) examples(each, sources int) []Example {
	var out []Example
	for c := range p.topic {
		for range each {
			out = append(out, Example{p.passage(c, 12+p.r.IntN(20)), name(c), fmt.Sprintf("source-%d", p.r.IntN(sources))})
		}
	}
	return out
}

func name(c int) string { return fmt.Sprintf("p%03d", c) }

func TestPlantedTopicsAreFound(t *testing.T) {
	p := plant(40, 1)
	examples := p.examples(15, 60)
	for range 1400 { // as in a real document, most paragraphs speak to nothing
		examples = append(examples, Example{p.passage(-1, 20), "", fmt.Sprintf("source-%d", p.r.IntN(60))})
	}
	m, err := Train(examples, nil)
	if err != nil {
		t.Fatal(err)
	}
	const trials = 400
	first, loud, inLong := 0, 0, 0
	for i := range trials {
		c := i % 40
		if got := m.Rank(p.passage(c, 30), 3); len(got) > 0 && got[0].Proposition == name(c) {
			first++
		}
		// One passage of a topic in a long paragraph of other matter.
		long := p.passage(-1, 60) + " " + p.passage(c, 20) + " " + p.passage(-1, 60)
		if got := m.Rank(long, 1); len(got) > 0 && got[0].Proposition == name(c) {
			inLong++
		}
		if len(m.Rank(p.passage(-1, 30), 3)) > 0 {
			loud++
		}
	}
	t.Logf("planted: first %d, in a long paragraph %d, suggestions for nothing %d, each of %d", first, inLong, loud, trials)
	if first < trials*95/100 || inLong < trials*70/100 || loud > trials*10/100 {
		t.Errorf("first right %d, in a long paragraph %d, suggestions for nothing %d, each of %d", first, inLong, loud, trials)
	}
	r, err := CrossValidate(examples, nil, 5, 3)
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Measures[0].Hit1.Share(); s < 0.95 {
		t.Errorf("hit rate %.3f on planted topics", s)
	}
	if s := r.Measures[1].Hit1.Share(); s > 0.1 {
		t.Errorf("the most frequent of 40 equally frequent topics is right %.3f of the time", s)
	}
	if s := r.LeftAlone.Share(); r.Quiet != 1400 || s < 0.95 {
		t.Errorf("%d quiet passages, %.3f left alone", r.Quiet, s)
	}
}

// A calibrated share must come true on texts that the model never saw.
func TestSharesComeTrue(t *testing.T) {
	p := plant(30, 2)
	noisy := func(each int) []Example {
		list := p.examples(each, 50)
		for i := range list { // a third is coded with a proposition drawn at random
			if p.r.IntN(3) == 0 {
				list[i].Proposition = name(p.r.IntN(30))
			}
		}
		return list
	}
	m, err := Train(noisy(20), nil)
	if err != nil {
		t.Fatal(err)
	}
	var promised float64
	right, n := 0, 0
	for _, e := range noisy(20) {
		for _, c := range m.Rank(e.Text, 5) {
			promised += c.Share
			n++
			if c.Proposition == e.Proposition {
				right++
			}
		}
	}
	if n < 300 {
		t.Fatalf("only %d candidates", n)
	}
	if got, want := float64(right)/float64(n), promised/float64(n); math.Abs(got-want) > 0.08 {
		t.Errorf("%.3f right of %d candidates, promised %.3f", got, n, want)
	}
}

func TestDefinitionAloneRanks(t *testing.T) {
	examples := []Example{
		{"Notice before countermeasures may be dropped", "notice", "a"},
		{"countermeasures without prior notice", "notice", "b"},
	}
	definitions := []Definition{
		{"neutrality", "The law of neutrality applies to cyber operations"},
		{"notice", "Countermeasures need no notice"},
	}
	m, err := Train(examples, definitions)
	if err != nil {
		t.Fatal(err)
	}
	got := m.Rank("the duties of neutral States under the law of neutrality", 2)
	if len(got) == 0 || got[0].Proposition != "neutrality" || got[0].Basis != 0 {
		t.Fatalf("%+v", got)
	}
	if w := got[0].Words[0].Text; w != "neutral" && w != "neutrality" {
		t.Errorf("the strongest word is %q", w)
	}
	got = m.Rank("No prior notice was given.", 2)
	if len(got) == 0 || got[0].Proposition != "notice" || got[0].Basis != 2 {
		t.Errorf("%+v", got)
	}
	if c := m.Calibration(); c.Passages != 0 || c != usual {
		t.Errorf("two passages made a curve of their own: %+v", c)
	}
}

func TestWordsAddUpToTheScore(t *testing.T) {
	p := plant(20, 3)
	m, err := Train(p.examples(10, 20), nil)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for c := range 20 {
		text := p.passage(c, 8) // at most eight words: all are shown
		for _, got := range m.Rank(text, 3) {
			sum := 0.0
			for _, w := range got.Words {
				sum += w.Weight
				if !strings.Contains(text, w.Text) {
					t.Errorf("the word %q is not in the paragraph", w.Text)
				}
			}
			if math.Abs(sum-got.Score) > 1e-6 {
				t.Errorf("words add up to %v, the score is %v", sum, got.Score)
			}
			checked++
		}
	}
	if checked < 15 {
		t.Errorf("only %d candidates to check", checked)
	}
}

// Hand-computed: one definition "alpha beta", one "gamma"; a paragraph "alpha".
// N = 2 texts, each word in one: weight ln 3 everywhere. The first vector is
// (1, 1)/√2, so the score of "alpha" is 1/√2, and nobody else has any.
func TestScoreByHand(t *testing.T) {
	m, err := Train(nil, []Definition{{"a", "alpha beta"}, {"c", "gamma"}})
	if err != nil {
		t.Fatal(err)
	}
	got := m.Rank("Alpha!", 5)
	if len(got) != 1 || got[0].Proposition != "a" || math.Abs(got[0].Score-math.Sqrt(0.5)) > 1e-9 {
		t.Errorf("%+v", got)
	}
	// A word that was never seen halves the square: cos = 1/√2 · 1/√2.
	got = m.Rank("alpha omega", 5)
	if len(got) != 1 || math.Abs(got[0].Score-0.5) > 1e-9 {
		t.Errorf("%+v", got)
	}
}
