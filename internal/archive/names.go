package archive

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Names finds seats by code, number or name. It is made once per archive.
type Names struct {
	byCode   map[string]int
	byName   map[string]int
	byNumber map[int][]int
	seats    []Seat
}

// NewNames indexes the names of seats. A seat's own code and name win over
// another seat's former ones.
func NewNames(seats []Seat) *Names {
	n := &Names{byCode: map[string]int{}, byName: map[string]int{}, byNumber: map[int][]int{}, seats: seats}
	for own := range 2 {
		for i := range seats {
			s := &seats[i]
			codes, names := []string{s.Code}, []string{s.Name}
			if own == 1 {
				codes, names = s.Codes, s.Names
			}
			for _, c := range codes {
				put(n.byCode, strings.ToUpper(c), i)
			}
			for _, name := range names {
				put(n.byName, Fold(name), i)
			}
			if own == 0 {
				for _, x := range s.Numbers {
					n.byNumber[x] = append(n.byNumber[x], i)
				}
			}
		}
	}
	return n
}

func put(m map[string]int, key string, i int) {
	if _, taken := m[key]; !taken && key != "" {
		m[key] = i
	}
}

// Code finds a seat by three-letter code, -1 when there is none.
func (n *Names) Code(code string) int {
	if i, ok := n.byCode[code]; ok {
		return i
	}
	return at(n.byCode, strings.ToUpper(strings.TrimSpace(code)))
}

// Name finds a seat by name, present or former; case, accents and punctuation
// do not matter. -1 when there is none.
func (n *Names) Name(name string) int { return at(n.byName, Fold(name)) }

// Number finds the seat that bears a Correlates of War number in a session: 345
// is Yugoslavia, then Serbia and Montenegro, then Serbia. -1 when there is none.
func (n *Names) Number(number, session int) int {
	list := n.byNumber[number]
	best := -1
	for _, i := range list {
		switch s := &n.seats[i]; {
		case session >= s.First && session <= s.Last:
			return i
		case best < 0 || s.First <= session && s.First > n.seats[best].First:
			best = i // the latest that has begun, when the session lies beyond all
		}
	}
	return best
}

// Find finds a seat by code or name, -1 when there is none.
func (n *Names) Find(w string) int {
	if i := n.Code(w); i >= 0 {
		return i
	}
	return n.Name(w)
}

// Fold brings a name to the form in which names are compared: lower case, no
// accents, only letters and digits, words parted by one blank, no "the".
func Fold(s string) string {
	strip := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)))
	if out, _, err := transform.String(strip, s); err == nil {
		s = out
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) > 1 && words[0] == "the" {
		words = words[1:]
	}
	return strings.Join(words, " ")
}
