package view

import (
	"fmt"
	"sort"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"entente"
)

// Resolve finds the actor that a person means: by id, ISO 3166 alpha-2 or
// alpha-3 code, name or a common other name; case, accents, punctuation and a
// leading "the" do not matter. An id wins over a code ("au" is the African
// Union; [OtherReading] tells). An unknown word is a NotFound error with up to
// three actors that are near in spelling.
func Resolve(c *entente.Corpus, w string) (entente.ActorID, error) {
	key := fold(w)
	if key == "" {
		return "", &entente.Error{Kind: entente.Invalid, Op: "find actor", Msg: "an actor has no name", Hint: "give an id, an ISO code or a name, for example est, EE or Estonia"}
	}
	if a := c.Actor(entente.ActorID(strings.ToLower(strings.TrimSpace(w)))); a != nil {
		return a.ID, nil
	}
	for _, same := range []func(a *entente.Actor) bool{
		func(a *entente.Actor) bool { return fold(string(a.ID)) == key },
		func(a *entente.Actor) bool { return a.ISO3 != "" && fold(a.ISO3) == key },
		func(a *entente.Actor) bool { return a.ISO2 != "" && fold(a.ISO2) == key },
		func(a *entente.Actor) bool { return fold(a.Name) == key || fold(short(a.Name)) == key },
		func(a *entente.Actor) bool { return otherNames[key] == a.ID },
	} {
		for i := range c.Actors {
			if same(&c.Actors[i]) {
				return c.Actors[i].ID, nil
			}
		}
	}
	var known []candidate
	for i := range c.Actors {
		a := &c.Actors[i]
		label := a.Name + " (" + string(a.ID) + ")"
		for _, n := range []string{string(a.ID), a.ISO2, a.Name, short(a.Name)} {
			known = append(known, candidate{label, fold(n)})
		}
	}
	for n, id := range otherNames {
		if a := c.Actor(id); a != nil {
			known = append(known, candidate{a.Name + " (" + string(id) + ")", n})
		}
	}
	return "", unknown("actor", w, key, known)
}

// OtherReading gives the state whose two-letter code is the same word as the id
// of another actor, so that a face can say how it read it ("au": the African
// Union, not Australia); nil when the word has one reading.
func OtherReading(c *entente.Corpus, w string) *entente.Actor {
	id := entente.ActorID(strings.ToLower(strings.TrimSpace(w)))
	if c.Actor(id) == nil {
		return nil
	}
	for i := range c.Actors {
		if a := &c.Actors[i]; a.ID != id && strings.EqualFold(a.ISO2, string(id)) {
			return a
		}
	}
	return nil
}

// ResolveProposition finds a proposition by id, in any case.
func ResolveProposition(c *entente.Corpus, w string) (entente.PropositionID, error) {
	return resolveID(c.Propositions, w, "proposition", func(p *entente.Proposition) (entente.PropositionID, string, string) {
		return p.ID, "", p.Statement
	})
}

// ResolveInstrument finds an instrument by id, document symbol or title, in any
// case.
func ResolveInstrument(c *entente.Corpus, w string) (entente.InstrumentID, error) {
	return resolveID(c.Instruments, w, "instrument", func(p *entente.Instrument) (entente.InstrumentID, string, string) {
		return p.ID, p.Symbol, p.Title
	})
}

// ResolveSource finds a source by id or document symbol, in any case.
func ResolveSource(c *entente.Corpus, w string) (entente.SourceID, error) {
	return resolveID(c.Sources, w, "source", func(p *entente.Source) (entente.SourceID, string, string) {
		return p.ID, p.Symbol, p.Title
	})
}

func resolveID[T any, ID ~string](list []T, w, what string, names func(*T) (id ID, symbol, title string)) (ID, error) {
	key := fold(w)
	for _, pick := range []func(id ID, symbol, title string) string{
		func(id ID, _, _ string) string { return string(id) },
		func(_ ID, symbol, _ string) string { return symbol },
		func(_ ID, _, title string) string { return title },
	} {
		for i := range list {
			id, symbol, title := names(&list[i])
			if n := fold(pick(id, symbol, title)); n != "" && n == key {
				return id, nil
			}
		}
	}
	var known []candidate
	for i := range list {
		id, symbol, title := names(&list[i])
		for _, n := range []string{string(id), symbol, title} {
			known = append(known, candidate{string(id), fold(n)})
		}
	}
	return "", unknown(what, w, key, known)
}

// candidate is a name that might have been meant.
type candidate struct{ label, name string }

// unknown makes the error for a name that nothing bears.
func unknown(what, w, key string, known []candidate) error {
	best := map[string]int{}
	for _, k := range known {
		if k.name == "" {
			continue
		}
		d, ok := near(key, k.name)
		if old, seen := best[k.label]; ok && (!seen || d < old) {
			best[k.label] = d
		}
	}
	labels := make([]string, 0, len(best))
	for l := range best {
		labels = append(labels, l)
	}
	sort.Slice(labels, func(i, j int) bool {
		if best[labels[i]] != best[labels[j]] {
			return best[labels[i]] < best[labels[j]]
		}
		return labels[i] < labels[j]
	})
	hint := "entente search WORDS finds it by what it says"
	if what == "actor" {
		hint = "give an id, an ISO code or a name; entente search finds actors"
	}
	if len(labels) > 0 {
		hint = "did you mean " + joinOr(labels[:min(3, len(labels))]) + "?"
	}
	return &entente.Error{Kind: entente.NotFound, Op: "find " + what, Msg: fmt.Sprintf("there is no %s %q", what, clip(w, 80)), Hint: hint}
}

// clip keeps hostile or mistaken input from filling a message.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}

func joinOr(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// near gives the distance between two folded names, and whether they are near
// enough to suggest: few edits for their length, or one holds the other as a
// whole word.
func near(a, b string) (int, bool) {
	if len(a) > 200 || len(b) > 200 {
		return 0, false
	}
	if len(a) >= 4 && strings.Contains(" "+b+" ", " "+a+" ") || len(b) >= 5 && strings.Contains(" "+a+" ", " "+b+" ") {
		return 2, true
	}
	if len(b) <= 3 && len(a) != len(b) && !strings.HasPrefix(a, b) {
		return 0, false // a code is mistyped, seldom lengthened but at its end
	}
	d := distance([]rune(a), []rune(b))
	return d, d <= max(1, min(len([]rune(a)), len([]rune(b)))/3)
}

// distance is the number of letters to add, drop, change or swap with a
// neighbour (optimal string alignment; Damerau 1964).
func distance(a, b []rune) int {
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}

// letters that have no decomposition into a base letter and a mark.
var letters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

// fold brings a name to the form in which names are compared: lower case, no
// accents, words parted by one space, no leading "the".
func fold(s string) string {
	plain := true
	for i := range len(s) {
		plain = plain && s[i] < 0x80
	}
	if !plain {
		strip := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
		if out, _, err := transform.String(strip, s); err == nil {
			s = out
		}
		s = letters.Replace(strings.ToLower(s))
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if len(words) > 1 && words[0] == "the" {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// short drops what stands in brackets: "Iran (Islamic Republic of)".
func short(name string) string {
	s, _, _ := strings.Cut(name, " (")
	return s
}

func (b Builder) findActor(id entente.ActorID) (*entente.Actor, error) {
	if a := b.Corpus.Actor(id); a != nil {
		return a, nil
	}
	return nil, spelling(Resolve(b.Corpus, string(id)))
}

func (b Builder) findProposition(id entente.PropositionID) (*entente.Proposition, error) {
	if p := b.Corpus.Proposition(id); p != nil {
		return p, nil
	}
	return nil, spelling(ResolveProposition(b.Corpus, string(id)))
}

func (b Builder) findInstrument(id entente.InstrumentID) (*entente.Instrument, error) {
	if in := b.Corpus.Instrument(id); in != nil {
		return in, nil
	}
	return nil, spelling(ResolveInstrument(b.Corpus, string(id)))
}

func (b Builder) findSource(id entente.SourceID) (*entente.Source, error) {
	if s := b.Corpus.Source(id); s != nil {
		return s, nil
	}
	return nil, spelling(ResolveSource(b.Corpus, string(id)))
}

// spelling turns "another spelling of a known id" into the error that a method
// which takes exact ids gives.
func spelling[ID ~string](id ID, err error) error {
	if err != nil {
		return err
	}
	return &entente.Error{Kind: entente.NotFound, Msg: "this is not the exact id", Hint: fmt.Sprintf("did you mean %s?", string(id))}
}
