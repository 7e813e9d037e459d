package threat

import "strings"

// Aim is what an attacker is reported to be after.
type Aim string

// The aims.
const (
	Espionage    Aim = "espionage"
	Property     Aim = "theft of intellectual property"
	Manipulation Aim = "manipulation of information"
	Gain         Aim = "financial gain"
	Disruption   Aim = "disruption"
)

// Aims lists them.
var Aims = []Aim{Espionage, Property, Manipulation, Gain, Disruption}

// aimWords are the words of the sources' own short fields (kind of incident,
// motive, motivation, goal) that stand for an aim.
var aimWords = []struct {
	aim   Aim
	words []string
}{
	{Espionage, []string{"espionage", "intelligence collection", "intelligence gathering", "spying", "surveillance"}},
	{Property, []string{"intellectual property", "trade secret", "know-how", "industrial espionage", "economic espionage"}},
	{Manipulation, []string{"disinformation", "misinformation", "information manipulation", "manipulation of information", "influence operation", "propaganda", "defacement", "doxing"}},
	{Gain, []string{"financial", "personal-gain", "monetary", "extortion", "ransom", "cybercrime", "cyber crime"}},
	{Disruption, []string{"denial of service", "denial-of-service", "sabotage", "destruction", "disruption", "wiper"}},
}

// aimsOf gives the aims that a short field stands for; none for words that
// stand for none.
func aimsOf(words string) []Aim {
	var out []Aim
	low := strings.ToLower(words)
	for _, a := range aimWords {
		for _, w := range a.words {
			if strings.Contains(low, w) {
				out = append(out, a.aim)
				break
			}
		}
	}
	return out
}
