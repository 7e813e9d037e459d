package candidates

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func wordsOf(s string) (out []string) {
	split(s, func(w string, _ span) { out = append(out, w) })
	return out
}

func TestSplit(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "",
		" \n\t—…“”":                       "",
		"States' COUNTER-measures, 13(c)": "states counte measur 13 c",
		"sovereignty sovereign":           "sovere sovere",
		"õigus ÕIGUS o\u0303igus":         "oigus oigus oigus", // Estonian, composed and decomposed
		"Küberrünnakud küberrünnaku":      "kuberr kuberr",
		"Кибервойна КИБЕР ёлка":           "киберв кибер елка",
		"ΝΌΜΟΣ νόμος":                     "νομοσ νομοσ", // the last sigma has a form of its own
		"国際法は適用":                          "国際 際法 法は は適 適用",
		"法":                               "法",
		"UN憲章 2015年":                      "un 憲章 2015 年",
		"ＩＣＴ":                             "ict",
		"a\x00b":                          "a b",
		"\xff\xfe word":                   "word",
		"\u0301":                          "",
	} {
		if got := strings.Join(wordsOf(in), " "); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSplitNamesPlaces(t *testing.T) {
	var got []string
	const s = "Ühe «riigi» õigus; 国際法"
	split(s, func(_ string, at span) { got = append(got, s[at.from:at.to]) })
	if diff := cmp.Diff([]string{"Ühe", "riigi", "õigus", "国際", "際法"}, got); diff != "" {
		t.Error(diff)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(t, "bytes"))
		if rapid.Bool().Draw(t, "text") {
			s = rapid.String().Draw(t, "s")
		}
		last := 0
		split(s, func(w string, at span) {
			if w == "" || at.from < last || at.to <= at.from || at.to > len(s) {
				t.Fatalf("%q at %v of %d bytes, after %d", w, at, len(s), last)
			}
			last = at.from
		})
	})
}

// Splitting must not hang on case.
func TestSplitFoldsCase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[a-zäöõüšžéèñç ]{0,40}`).Draw(t, "s")
		if diff := cmp.Diff(wordsOf(s), wordsOf(strings.ToUpper(s))); diff != "" {
			t.Fatal(diff)
		}
	})
}
