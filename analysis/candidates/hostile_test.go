package candidates

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
)

func TestRefused(t *testing.T) {
	two := []Example{{"a text", "p", "s1"}, {"b text", "p", "s2"}}
	for what, f := range map[string]func() error{
		"nothing":           func() error { _, err := Train(nil, nil); return err },
		"only quiet":        func() error { _, err := Train([]Example{{"x", "", "s"}}, nil); return err },
		"no source":         func() error { _, err := Train([]Example{{"x", "p", ""}}, nil); return err },
		"nameless":          func() error { _, err := Train(two, []Definition{{"", "x"}}); return err },
		"one fold":          func() error { _, err := CrossValidate(two, nil, 1, 1); return err },
		"minus folds":       func() error { _, err := CrossValidate(two, nil, -3, 1); return err },
		"too few sources":   func() error { _, err := CrossValidate(two, nil, 3, 1); return err },
		"validates nothing": func() error { _, err := CrossValidate(nil, nil, 2, 1); return err },
	} {
		if err := f(); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestHostileText(t *testing.T) {
	hostile := []string{
		"", " ", "\x00", "\xff\xfe\xfd", strings.Repeat("\u0301", 1000), strings.Repeat("a", 1<<20), strings.Repeat("法", 1<<16),
		strings.Repeat("law ", 1<<17), "law\x00law", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", strings.Repeat("law\u0301", 1000), "\u202elaw",
	}
	var examples []Example
	for i, s := range hostile {
		examples = append(examples, Example{s, "hostile", fmt.Sprint(i)}, Example{s, "", fmt.Sprint("quiet", i)})
	}
	for i := range 40 {
		examples = append(examples, Example{fmt.Sprintf("law %d applies", i), "law", fmt.Sprint("s", i)})
	}
	m, err := Train(examples, []Definition{{"law", "law applies"}, {"empty", ""}, {"signs", "—…"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range hostile {
		for _, c := range m.Rank(s, 5) {
			if c.Score <= 0 || c.Score != c.Score || c.Share < Least {
				t.Errorf("%.20q: %+v", s, c)
			}
			for _, w := range c.Words {
				if len(w.Text) > 400 {
					t.Errorf("a word of %d bytes is shown", len(w.Text))
				}
			}
		}
	}
	for _, n := range []int{0, -1} {
		if got := m.Rank("law applies", n); got != nil {
			t.Errorf("%d asked: %v", n, got)
		}
	}
	if got := m.Rank("law applies", math.MaxInt); len(got) == 0 || got[0].Proposition != "law" {
		t.Errorf("%v", got)
	}
	if _, err := CrossValidate(examples, nil, 5, 1); err != nil {
		t.Error(err)
	}
}

func TestOneProposition(t *testing.T) {
	var examples []Example
	for i := range 40 {
		examples = append(examples, Example{fmt.Sprintf("due diligence in case %d", i), "only", fmt.Sprint(i)})
	}
	m, err := Train(examples, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Rank("the duty of due diligence", 3); len(got) != 1 || got[0].Proposition != "only" || got[0].Share < 0.9 {
		t.Errorf("%+v", got)
	}
	if got := m.Rank("quite another matter", 3); got != nil {
		t.Errorf("%+v", got)
	}
	r, err := CrossValidate(examples, nil, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	if h := r.Measures[0].Hit1; h.K != 40 || h.N != 40 {
		t.Errorf("%+v", h)
	}
}

// Texts that tell nothing of what they were coded with: scores must not promise
// more than the base rate.
func TestNothingToLearn(t *testing.T) {
	p := plant(30, 6)
	var examples []Example
	for i := range 300 {
		examples = append(examples, Example{p.passage(-1, 15), name(p.r.IntN(30)), fmt.Sprint(i % 40)})
	}
	m, err := Train(examples, nil)
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for range 100 {
		shown += len(m.Rank(p.passage(-1, 15), 5))
	}
	if shown > 20 {
		t.Errorf("%d candidates of 500 are shown, where chance is 1 in 30", shown)
	}
}

func TestRankFromManySides(t *testing.T) {
	p := plant(10, 8)
	m, err := Train(p.examples(10, 10), nil)
	if err != nil {
		t.Fatal(err)
	}
	text := p.passage(1, 60)
	want := m.Rank(text, 5)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if diff := cmp.Diff(want, m.Rank(text, 5)); diff != "" {
					t.Error(diff)
					return
				}
			}
		})
	}
	wg.Wait()
}
