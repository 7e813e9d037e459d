package reliability_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/analysis/reliability"
)

// matrix reads one line per coder and one word per unit; a point is a missing
// judgment.
func matrix(lines ...string) []reliability.Rating {
	var list []reliability.Rating
	for c, line := range lines {
		for u, v := range strings.Fields(line) {
			if v != "." {
				list = append(list, reliability.Rating{Unit: "u" + strconv.Itoa(u+1), Coder: "coder " + strconv.Itoa(c+1), Value: v})
			}
		}
	}
	return list
}

// The data of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".
var (
	// Section A: binary data, two observers, ten units.
	binary = matrix(
		"0 1 0 0 0 0 0 0 1 0",
		"1 1 1 0 0 1 0 0 0 0")
	// Section B: nominal data, two observers, twelve units.
	letters = matrix(
		"a a b b d c c c e d d a",
		"b a b b b c c c e d d d")
	// Section C: any number of observers, missing data.
	missing = matrix(
		"1 2 3 3 2 1 4 1 2 . . .",
		"1 2 3 3 2 2 4 1 2 5 . 3",
		". 3 3 3 2 3 4 2 2 5 1 .",
		"1 2 3 3 2 4 4 1 2 5 1 .")
	// Three coders, fifteen units, a widely used teaching example with much
	// missing; 0.691 nominal is its published figure.
	sparse = matrix(
		". . . . . 3 4 1 2 1 1 3 3 . 3",
		"1 . 2 1 3 3 4 3 . . . . . . .",
		". . 2 1 3 4 4 . 2 1 1 3 3 . 4")
)

func nominal() reliability.Options { return reliability.Options{Level: reliability.Nominal} }

func ordinal(words ...string) reliability.Options {
	return reliability.Options{Level: reliability.Ordinal, Order: words}
}

var five = []string{"1", "2", "3", "4", "5"}

func TestPublished(t *testing.T) {
	for _, c := range []struct {
		name      string
		ratings   []reliability.Rating
		o         reliability.Options
		published float64 // three digits, as printed
		exact     float64 // worked out by hand, see the comment
		units     [2]int  // all, pairable
		values    int
		pairs     [2]int // agreeing, all
	}{
		// o_01 = 4, n_0 = 14, n_1 = 6, n = 20: 1 - 19 * 4 / (14 * 6).
		{"binary", binary, nominal(), 0.095, 1 - 19.0*4/84, [2]int{10, 10}, 20, [2]int{6, 10}},
		// Two words: the ordinal difference is the same number twice and cancels.
		{"binary, ordinal", binary, ordinal("0", "1"), 0.095, 1 - 19.0*4/84, [2]int{10, 10}, 20, [2]int{6, 10}},
		// Diagonal 2+4+6+4+2 = 18, margins 4, 6, 6, 6, 2, n = 24:
		// (23 * 18 - 104) / (24 * 23 - 104), 104 the sum of n_c (n_c - 1).
		{"letters", letters, nominal(), 0.692, 310.0 / 448, [2]int{12, 12}, 24, [2]int{9, 12}},
		// Unit 12 has one judgment and leaves n = 40 of 41. Diagonal 7, 10, 8, 4, 3
		// plus thirds: units 2 and 8 add 2 to their first word and 2 off the
		// diagonal, unit 6 adds 4 off it: off = 2 + 2 + 4 = 8, diagonal 32.
		// Margins 9, 13, 10, 5, 3, sum of n_c (n_c - 1) = 72+156+90+20+6 = 344:
		// (39 * 32 - 344) / (40 * 39 - 344). Pairs: 3 in unit 1, 6 in each of 2 to 9, 3,
		// 1 and 1; 3 + 3 + 6 differ.
		{"missing", missing, nominal(), 0.743, 904.0 / 1216, [2]int{12, 11}, 40, [2]int{43, 55}},
		// Squared differences from the margins: (1,2) 11 squared = 121, (2,3) 11.5
		// squared = 132.25, (1,3) 22.5 squared = 506.25, (3,4) 56.25, (1,4) 900,
		// (2,4) 361 (19), (1,5) 34 squared = 1156, (2,5) 529, (3,5) 11.5 squared,
		// (4,5) 16. Observed pairs above the diagonal: units 2 (2,3) and 8 (1,2) one
		// each (3 of 3), unit 6 one third each of (1,2) (1,3) (1,4) (2,3) (2,4)
		// (3,4). Expected products n_c n_k: 117 90 45 27, 130 65 39, 50 30, 15.
		{
			"missing, ordinal", missing, ordinal(five...), 0.815,
			1 - 39*(121+132.25+(121+506.25+900+132.25+361+56.25)/3)/
				(117*121+90*506.25+45*900+27*1156+130*132.25+65*361+39*529+50*56.25+30*132.25+15*16),
			[2]int{12, 11},
			40,
			[2]int{43, 55},
		},
		// Units 3 to 5, 7, 9 to 13 agree (two judgments each but unit 7 with three);
		// 6 has 3 3 4, 8 has 1 3, 15 has 3 4; 2 and 14 are empty, 1 is alone. n = 26;
		// disagreement 2 + 2 + 2; margins 7, 4, 10, 5: sum n_c (n_c-1) = 42+12+90+20.
		{"sparse", sparse, nominal(), 0.691, (25.0*20 - 164) / (26*25 - 164), [2]int{13, 12}, 26, [2]int{12, 16}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := reliability.Alpha(c.ratings, c.o)
			if err != nil {
				t.Fatal(err)
			}
			if !r.Alpha.Defined() || math.Abs(r.Alpha.Value-c.exact) > 1e-12 {
				t.Errorf("alpha %v (%s), by hand %v", r.Alpha.Value, r.Alpha.Undefined, c.exact)
			}
			if got := math.Round(r.Alpha.Value*1000) / 1000; got != c.published {
				t.Errorf("alpha %v, published %v", got, c.published)
			}
			if got := 1 - r.Observed/r.Expected; math.Abs(got-r.Alpha.Value) > 1e-12 {
				t.Errorf("one minus observed over expected is %v, alpha %v", got, r.Alpha.Value)
			}
			got := []int{r.Ratings, r.Units, r.PairableUnits, r.PairableValues, r.Agreement.Agreeing, r.Agreement.Pairs}
			if diff := cmp.Diff([]int{len(c.ratings), c.units[0], c.units[1], c.values, c.pairs[0], c.pairs[1]}, got); diff != "" {
				t.Errorf("counts:\n%s", diff)
			}
			if want := float64(c.pairs[0]) / float64(c.pairs[1]); r.Agreement.Share.Value != want {
				t.Errorf("share %v, want %v", r.Agreement.Share.Value, want)
			}
			if r.Alpha.Interval != (reliability.Interval{}) || r.LostDraws != 0 {
				t.Errorf("an interval that nobody asked for: %+v", r.Alpha.Interval)
			}
		})
	}
}

// The margins and confusions of the data with missing judgments, by hand.
func TestWordsCounted(t *testing.T) {
	r, err := reliability.Alpha(missing, ordinal("0", "1", "2", "3", "4", "5"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]reliability.ValueCount{{"0", 0}, {"1", 9}, {"2", 13}, {"3", 10}, {"4", 5}, {"5", 3}}, r.Values); diff != "" {
		t.Error(diff)
	}
	// Units 2 (three pairs of 2 and 3) and 8 (three of 1 and 2), and the six pairs
	// of unit 6.
	want := []reliability.Confusion{{"1", "2", 4}, {"2", "3", 4}, {"1", "3", 1}, {"1", "4", 1}, {"2", "4", 1}, {"3", "4", 1}}
	if diff := cmp.Diff(want, r.Confusions); diff != "" {
		t.Error(diff)
	}
	if math.Abs(r.Alpha.Value-0.815) > 0.0005 {
		t.Errorf("a word that nobody chose changes alpha: %v", r.Alpha.Value)
	}
	n, err := reliability.Alpha(letters, nominal())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]reliability.ValueCount{{"a", 4}, {"b", 6}, {"c", 6}, {"d", 6}, {"e", 2}}, n.Values); diff != "" {
		t.Error(diff)
	}
}

// Planted: coders who draw their words from one urn, whatever the unit, have
// alpha 0 but for the accident of the sample (its standard error here is below
// 0.01), and coders who err in a known share have 1 - (1 - (1-e)^2) = (1-e)^2:
// the chance that neither drew from the urn.
func TestPlanted(t *testing.T) {
	for _, err := range []float64{1, 0.3, 0.1} {
		list := planted(rand.New(rand.NewPCG(1, 2)), 10_000, 3, err, 0.2)
		for _, o := range []reliability.Options{nominal(), reliability.Stances()} {
			o.Draws = 0
			r, e := reliability.Alpha(list, o)
			if e != nil {
				t.Fatal(e)
			}
			if want := (1 - err) * (1 - err); math.Abs(r.Alpha.Value-want) > 0.02 {
				t.Errorf("%s, share of chance %v: alpha %v, planted %v", o.Level, err, r.Alpha.Value, want)
			}
		}
	}
}

// planted makes synthetic codings of stances, most of which affirm: with
// probability err a coder draws from the urn of stances instead of reading the
// unit, and with probability gap does not judge it.
func planted(rng *rand.Rand, units, coders int, err, gap float64) []reliability.Rating {
	order := reliability.Stances().Order
	urn := []int{0, 1, 2, 2, 3, 3, 3, 4, 4, 4}
	var list []reliability.Rating
	for u := range units {
		truth := urn[rng.IntN(len(urn))]
		for c := range coders {
			if rng.Float64() < gap {
				continue
			}
			v := truth
			if rng.Float64() < err {
				v = urn[rng.IntN(len(urn))]
			}
			list = append(list, reliability.Rating{Unit: strconv.Itoa(u), Coder: strconv.Itoa(c), Value: order[v]})
		}
	}
	return list
}
