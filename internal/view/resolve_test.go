package view

import (
	"strings"
	"testing"

	"entente"
)

func TestResolveFindsAnActorByAnyOfItsNames(t *testing.T) {
	c := builder(t).Corpus
	for words, want := range map[string]entente.ActorID{
		"est": "est", "EST": "est", "ee": "est", "EE": "est", "Estonia": "est", "estonia": "est", " Estonia ": "est", "eesti": "est",
		"South Korea": "kor", "Republic of Korea": "kor", "north korea": "prk", "DPRK": "prk",
		"Türkiye": "tur", "Turkiye": "tur", "TÜRKİYE": "tur", "Turkey": "tur",
		"Czech Republic": "cze", "UK": "gbr", "GB": "gbr", "Great Britain": "gbr", "USA": "usa", "U.S.A.": "usa", "United States": "usa", "america": "usa",
		"Côte d'Ivoire": "civ", "cote d’ivoire": "civ", "Ivory Coast": "civ", "the Netherlands": "nld", "Iran": "irn", "Russia": "rus", "Viet Nam": "vnm", "Vietnam": "vnm",
		"EU": "eu", "european union": "eu", "asean": "asean", "ASEAN": "asean",
		"AU": "au", // an id outweighs a code: the African Union, not Australia
	} {
		if got, err := Resolve(c, words); err != nil || got != want {
			t.Errorf("Resolve(%q) = %q, %v; want %q", words, got, err, want)
		}
	}
}

func TestResolveSuggestsForAMisspeltName(t *testing.T) {
	c := builder(t).Corpus
	for words, want := range map[string]string{
		"Estonai": "Estonia (est)", "Jpan": "Japan (jpn)", "Untied Kingdom": "United Kingdom (gbr)", "Phlippines": "Philippines (phl)",
		"Korea": "Republic of Korea (kor)", "Swizerland": "Switzerland (che)", "asaen": "(asean)",
	} {
		_, err := Resolve(c, words)
		if entente.KindOf(err) != entente.NotFound || !strings.Contains(err.Error(), "did you mean ") || !strings.Contains(err.Error(), want) {
			t.Errorf("Resolve(%q): %v; want a NotFound that suggests %s", words, err, want)
		}
		if n := strings.Count(err.Error(), "("); n > 5 {
			t.Errorf("Resolve(%q) suggests more than three: %v", words, err)
		}
	}
	_, err := Resolve(c, "qqqqqqqq")
	if entente.KindOf(err) != entente.NotFound || strings.Contains(err.Error(), "did you mean") {
		t.Errorf("a word like nothing: %v; want NotFound without a suggestion", err)
	}
	if _, err := Resolve(c, "  "); entente.KindOf(err) != entente.Invalid {
		t.Errorf("an empty name: %v; want Invalid", err)
	}
	long := strings.Repeat("x", 1<<20)
	if _, err := Resolve(c, long); err == nil || len(err.Error()) > 400 {
		t.Errorf("a name of a million letters: the message has %d bytes", len(err.Error()))
	}
}

// Every id, code and name of the corpus must lead back to its own actor, save
// for the one code that is another actor's id.
func TestResolveLeadsBackForEveryActor(t *testing.T) {
	c := builder(t).Corpus
	for i := range c.Actors {
		a := &c.Actors[i]
		for _, w := range []string{string(a.ID), strings.ToUpper(string(a.ID)), a.Name, strings.ToUpper(a.Name), a.ISO2, a.ISO3} {
			if w == "" || w == "AU" {
				continue
			}
			if got, err := Resolve(c, w); err != nil || got != a.ID {
				t.Errorf("Resolve(%q) = %q, %v; want %q", w, got, err, a.ID)
			}
		}
	}
	for name, id := range otherNames {
		if name != fold(name) {
			t.Errorf("otherNames[%q] is never found: folded it is %q", name, fold(name))
		}
		if c.Actor(id) == nil {
			t.Errorf("otherNames[%q] names %q, who is not in the default corpus", name, id)
		}
	}
}

func TestOtherReadingTellsOfACodeThatIsAnId(t *testing.T) {
	c := builder(t).Corpus
	if a := OtherReading(c, "AU"); a == nil || a.ID != "aus" {
		t.Errorf("OtherReading(AU) = %v; want Australia", a)
	}
	if a := OtherReading(c, "est"); a != nil {
		t.Errorf("OtherReading(est) = %v; want none", a.ID)
	}
}

func TestResolveRecords(t *testing.T) {
	c := builder(t).Corpus
	if id, err := ResolveInstrument(c, "a/res/73/27"); err != nil || id != "res-73-27" {
		t.Errorf("by symbol: %q, %v", id, err)
	}
	if id, err := ResolveProposition(c, "LAW-APPLIES"); err != nil || id != "law-applies" {
		t.Errorf("in capitals: %q, %v", id, err)
	}
	for _, err := range []error{
		second(ResolveProposition(c, "law-aplies")), second(ResolveInstrument(c, "budapest-convention-2")), second(ResolveSource(c, "osula-2022")),
	} {
		if entente.KindOf(err) != entente.NotFound || !strings.Contains(err.Error(), "did you mean") {
			t.Errorf("%v; want NotFound with a suggestion", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestDistanceCountsOneForASwap(t *testing.T) {
	for _, x := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"estonai", "estonia", 1}, {"japan", "jpan", 1}, {"kitten", "sitting", 3}} {
		if got := distance([]rune(x.a), []rune(x.b)); got != x.want {
			t.Errorf("distance(%q, %q) = %d, want %d", x.a, x.b, got, x.want)
		}
	}
}
