package candidates

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTopIsTheHeadOfTheSortedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOfN(rapid.IntRange(1, 5), 0, 40).Draw(t, "scores")
		n := rapid.IntRange(1, 15).Draw(t, "n")
		var list []hit
		for i, s := range scores {
			list = append(list, hit{class: int32(i), score: float64(s)})
		}
		want := slices.Clone(list)
		slices.SortFunc(want, byScore)
		want = want[:min(n, len(want))]
		got := top(list, n)
		if len(got) != len(want) {
			t.Fatalf("%d, want %d", len(got), len(want))
		}
		for i := range got {
			if got[i].class != want[i].class {
				t.Fatalf("place %d: class %d, want %d", i, got[i].class, want[i].class)
			}
		}
	})
}

// What is learned must not hang on the order or the number of times it is said.
func TestOrderAndRepeatsDoNotMatter(t *testing.T) {
	p := plant(8, 4)
	examples := p.examples(12, 15)
	for range 60 {
		examples = append(examples, Example{p.passage(-1, 15), "", "source-1"})
	}
	definitions := []Definition{{name(0), "one text"}, {name(0), "another text"}, {"extra", "something else entirely"}}
	paragraphs := []string{p.passage(0, 30), p.passage(3, 40), p.passage(-1, 20), "something else entirely", "another one text"}
	all := func(e []Example, d []Definition) (out [][]Candidate, r *Report) {
		m, err := Train(e, d)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range paragraphs {
			out = append(out, m.Rank(s, 20))
		}
		if r, err = CrossValidate(e, d, 4, 9); err != nil {
			t.Fatal(err)
		}
		return out, r
	}
	want, report := all(examples, definitions)
	for range 3 {
		e := append(slices.Clone(examples), examples[:20]...)
		d := append(slices.Clone(definitions), definitions[1])
		p.r.Shuffle(len(e), func(i, j int) { e[i], e[j] = e[j], e[i] })
		p.r.Shuffle(len(d), func(i, j int) { d[i], d[j] = d[j], d[i] })
		got, again := all(e, d)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(report, again); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestRankKeepsItsPromises(t *testing.T) {
	p := plant(12, 5)
	m, err := Train(p.examples(10, 20), nil)
	if err != nil {
		t.Fatal(err)
	}
	for c := range 12 {
		text := p.passage(c, 50)
		five := m.Rank(text, 5)
		if two := m.Rank(text, 2); !cmp.Equal(two, five[:min(2, len(five))]) {
			t.Errorf("the first two of five are not the two: %v, %v", two, five)
		}
		for i, x := range five {
			if x.Share < Least || x.Share > 1 || len(x.Words) == 0 || len(x.Words) > maxWords || x.Basis != 10 {
				t.Errorf("%+v", x)
			}
			if i > 0 && (five[i-1].Score < x.Score || five[i-1].Share < x.Share) {
				t.Errorf("out of order: %+v", five)
			}
		}
	}
	if got := m.Propositions(); len(got) != 12 || !slices.IsSorted(got) {
		t.Errorf("%v", got)
	}
}
