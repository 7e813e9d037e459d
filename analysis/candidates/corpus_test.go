package candidates

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"math"
	"strings"
	"testing"

	"entente/corpora"
)

// table reads one table of the corpus that comes with Entente, as maps.
func table(t testing.TB, name string) []map[string]string {
	t.Helper()
	b, err := fs.ReadFile(corpora.CyberNorms(), name)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// cyberNorms gives the notes of statements as coded passages, the statements of
// propositions as definitions, and as quiet passages what the corpus says of
// readings that were for acts and not for views.
func cyberNorms(t testing.TB) (coded, quiet []Example, definitions []Definition) {
	t.Helper()
	for _, r := range table(t, "statements.csv") {
		if text := strings.TrimSpace(r["note"] + " " + r["conditions"]); text != "" {
			coded = append(coded, Example{text, r["proposition"], r["source"]})
		}
	}
	for _, r := range table(t, "coverage.csv") {
		if r["finding"] == "acts" && r["note"] != "" {
			quiet = append(quiet, Example{r["note"], "", r["source"]})
		}
	}
	for _, r := range table(t, "propositions.csv") {
		definitions = append(definitions, Definition{r["id"], r["issue"] + ". " + r["statement"]})
	}
	return coded, quiet, definitions
}

func logMeasure(t *testing.T, m Measure) {
	t.Helper()
	show := func(r Rate) string { return fmt.Sprintf("%d/%d = %.3f [%.3f, %.3f]", r.K, r.N, r.Share(), r.Lo, r.Hi) }
	t.Logf("%-28s @1 %s  @3 %s  @5 %s  MRR %.3f", m.Name, show(m.Hit1), show(m.Hit3), show(m.Hit5), m.MRR)
}

// The hit rate on the corpus that comes with Entente: short notes of an analyst,
// not yet quotations. Figures of docs/methods/candidates.md are printed here.
func TestHitRateOnTheCorpus(t *testing.T) {
	coded, quiet, definitions := cyberNorms(t)
	for seed := uint64(1); seed <= 3; seed++ {
		r, err := CrossValidate(append(coded, quiet...), definitions, 10, seed)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("seed %d: %d sources, %d coded passages (%d stand in another fold too), %d quiet", seed, r.Sources, r.Coded, r.Repeated, r.Quiet)
		for _, list := range [][]Measure{r.Measures, r.Fresh} {
			for _, m := range list {
				logMeasure(t, m)
			}
			model := list[0]
			for _, base := range list[1:] {
				for i, pair := range [][2]Rate{{model.Hit1, base.Hit1}, {model.Hit3, base.Hit3}, {model.Hit5, base.Hit5}} {
					if pair[0].Lo <= pair[1].Share() {
						t.Errorf("seed %d, @%d: the model's interval begins at %.3f, %s has %.3f", seed, depths[i], pair[0].Lo, base.Name, pair[1].Share())
					}
				}
				if model.MRR < base.MRR+0.08 {
					t.Errorf("seed %d: MRR %.3f, %s %.3f", seed, model.MRR, base.Name, base.MRR)
				}
			}
		}
		t.Logf("shown: %d/%d right; coded passages with a right one %d/%d, with none %d/%d; quiet ones left alone %d/%d",
			r.Precision.K, r.Precision.N, r.Found.K, r.Found.N, r.Silent.K, r.Silent.N, r.LeftAlone.K, r.LeftAlone.N)
		if r.Precision.Share() < 0.35 || r.Found.Share() < 0.4 || r.LeftAlone.Share() < 0.8 {
			t.Errorf("seed %d: of what is shown too little is right, or too much is shown", seed)
		}
		for _, b := range r.Calibrated {
			t.Logf("share %.1f to %.1f: promised %.3f, right %d/%d = %.3f", b.Lo, b.Hi, b.Promised, b.Right.K, b.Right.N, b.Right.Share())
			if b.Right.N >= 40 && math.Abs(b.Promised-b.Right.Share()) > 0.2 {
				t.Errorf("seed %d: promised %.3f, came %.3f", seed, b.Promised, b.Right.Share())
			}
		}
	}
}

// The settings were chosen by cross-validation; none of the others may be
// clearly better.
func TestOtherSettings(t *testing.T) {
	coded, quiet, definitions := cyberNorms(t)
	mrr := func(s settings) (sum float64) {
		for seed := uint64(1); seed <= 3; seed++ {
			r, err := crossValidate(append(coded, quiet...), definitions, 10, seed, s)
			if err != nil {
				t.Fatal(err)
			}
			sum += r.Measures[0].MRR / 3
		}
		return sum
	}
	best := mrr(chosen)
	t.Logf("chosen: mean MRR %.3f", best)
	for _, v := range []struct {
		name string
		s    settings
	}{
		{"definition counts for 0", settings{often: 0.1}},
		{"definition counts for 1", settings{definition: 1, often: 0.1}},
		{"definition counts for 4", settings{definition: 4, often: 0.1}},
		{"no help for being coded often", settings{definition: 2}},
		{"twice the help", settings{definition: 2, often: 0.2}},
	} {
		got := mrr(v.s)
		t.Logf("%s: mean MRR %.3f", v.name, got)
		if got > best+0.02 {
			t.Errorf("%s: mean MRR %.3f, the chosen settings have %.3f", v.name, got, best)
		}
	}
}

// Windows serve long paragraphs, of which the corpus has none: here up to six
// notes of one held-out source stand in for one. Among the first five, as many
// right propositions as there can be must be found, and windows must not harm.
func TestWindowsOnLongParagraphs(t *testing.T) {
	coded, _, definitions := cyberNorms(t)
	d, err := encode("test", coded, definitions)
	if err != nil {
		t.Fatal(err)
	}
	whole := chosen
	whole.whole = true
	found, most := [2]int{}, 0
	for seed := uint64(1); seed <= 3; seed++ {
		part := d.folds(10, seed)
		for j := range 10 {
			keep := func(i int) bool { return part[i] != j }
			models := [2]*fitted{d.fit(keep, chosen), d.fit(keep, whole)}
			for from := 0; from < len(d.passages); {
				to, text, right := from, "", map[int32]bool{}
				for to < len(d.passages) && to < from+6 && d.passages[to].source == d.passages[from].source {
					text += d.passages[to].raw + ". "
					for _, c := range d.passages[to].classes {
						right[c] = true
					}
					to++
				}
				if to-from >= 3 && part[from] == j {
					read := d.words.read(text)
					most += min(5, len(right))
					for k, m := range models {
						for _, h := range m.rank(&read, 5) {
							if right[h.class] {
								found[k]++
							}
						}
					}
				}
				from = to
			}
		}
	}
	t.Logf("right propositions among the first five of long paragraphs: in windows %d, whole %d, of %d", found[0], found[1], most)
	if found[0] < found[1] {
		t.Errorf("windows find %d, the whole paragraph %d", found[0], found[1])
	}
}

func TestUsualCurveIsThatOfTheCorpus(t *testing.T) {
	coded, quiet, definitions := cyberNorms(t)
	m, err := Train(append(coded, quiet...), definitions)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", m.Calibration())
	for _, score := range []float64{0.05, 0.1, 0.2, 0.3, 0.5, 0.8} {
		if a, b := m.Calibration().Share(score), usual.Share(score); math.Abs(a-b) > 0.06 {
			t.Errorf("score %.2f: share %.3f, the usual curve has %.3f", score, a, b)
		}
	}
}

// Synthetic paragraphs in the manner of a position paper.
func TestParagraphsOfAPositionPaper(t *testing.T) {
	coded, quiet, definitions := cyberNorms(t)
	m, err := Train(append(coded, quiet...), definitions)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"A State that has not been injured may nonetheless take countermeasures in support of the State that has.":                    "law-cm-collective",
		"Each State must exercise due diligence so that its territory is not used for operations that harm the rights of others.":     "law-due-diligence",
		"We hold that the rules of international humanitarian law govern cyber operations conducted in the course of armed conflict.": "law-ihl",
		"We support a programme of action as the permanent, inclusive format for institutional dialogue.":                             "proc-poa",
		"The meeting was opened at ten o'clock, and the agenda was adopted without a debate.":                                         "",
		"Coffee will be served in the foyer.": "",
	} {
		got := m.Rank(text, 3)
		switch {
		case want == "" && len(got) > 0:
			t.Errorf("%s: %+v", text, got)
		case want != "" && (len(got) == 0 || got[0].Proposition != want):
			t.Errorf("%s: %+v", text, got)
		}
	}
}
