package extract

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente"
)

// numbered is a text of n different words from first on.
func numbered(first, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "w%d ", first+i)
	}
	return b.String()
}

func TestSimilar(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		want, off  float64
	}{
		{"the same", numbered(0, 5000), numbered(0, 5000), 1, 0},
		{"nothing in common", numbered(0, 5000), numbered(5000, 5000), 0, 0},
		{"case, punctuation, lines", "The law applies, fully and at once.", "THE LAW\n\napplies fully; and at once", 1, 0},
		// 96 runs in each, 46 in common: 46/146, and exact since below 256.
		{"half of a short text", numbered(0, 100), numbered(50, 100), 46.0 / 146, 1e-12},
		// 9,996 runs in each, 4,996 in common; the error is 0.029, three of them are allowed.
		{"half of a long text", numbered(0, 10000), numbered(5000, 10000), 4996.0 / 14996, 0.09},
		// One word changed in 5,000: 5 of 4,996 runs differ.
		{"one word changed", numbered(0, 5000), strings.Replace(numbered(0, 5000), "w2500 ", "other ", 1), 4991.0 / 5001, 0.02},
		{"fewer than five words", "law applies", "Law applies!", 1, 0},
		{"fewer than five other words", "law applies", "law applied", 0, 0},
		{"Japanese", "国際法はサイバー空間に適用される", "国際法はサイバー空間に適用される。", 1, 0},
		{"no words", "", "…", 0, 0},
	} {
		got := Similar(SketchOf(c.a), SketchOf(c.b))
		if math.Abs(got-c.want) > c.off {
			t.Errorf("%s: %v, want %v ± %v", c.name, got, c.want, c.off)
		}
		if back := Similar(SketchOf(c.b), SketchOf(c.a)); back != got {
			t.Errorf("%s: %v one way and %v the other", c.name, got, back)
		}
	}
	x := read(t, "a.txt", []byte("One two three four five six."))
	if Similar(x.Sketch(), SketchOf("one two three four five six")) != 1 {
		t.Error("the sketch of a text is not that of its words")
	}
}

// The sketch holds the smallest hashes, so that of a part of the runs it holds a
// part: what an implementation that forgets too early would break.
func TestSketchIsSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3000).Draw(t, "n")
		s := SketchOf(numbered(0, n))
		if want := min(max(n-4, 1), sketchSize); len(s) != want {
			t.Fatalf("%d hashes for %d words, want %d", len(s), n, want)
		}
		longer := SketchOf(numbered(0, n+500))
		for i := range min(len(s), len(longer)) {
			if n >= 5 && longer[i] > s[i] {
				t.Fatalf("hash %d rose when the text grew", i)
			}
		}
		back, err := ParseSketch(s.String())
		if err != nil || Similar(s, back) != 1 || len(back) != len(s) {
			t.Fatalf("written and read: %v", err)
		}
	})
}

func TestParseSketchRefuses(t *testing.T) {
	for _, s := range []string{"xyz", "00", strings.Repeat("0", 16*(sketchSize+1)), "0000000000000002" + "0000000000000001"} {
		if _, err := ParseSketch(s); entente.KindOf(err) != entente.Invalid {
			t.Errorf("ParseSketch(%.20q): %v, want an error", s, err)
		}
	}
}
