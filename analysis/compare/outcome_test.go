package compare

import (
	"fmt"
	"testing"

	"entente"
)

// The kinds of position that the outcome tells apart, by letter.
var kinds = map[byte]entente.Position{
	'-': {Silence: entente.NotAddressed},
	'0': {Stance: entente.Reserved, Basis: entente.Stated, Silence: entente.SilenceByWord},
	'x': {Contested: true, Basis: entente.Stated, Readings: []entente.Stance{entente.Affirms, entente.Rejects}},
	'A': {Stance: entente.Affirms, Basis: entente.Stated},
	'a': {Stance: entente.AffirmsWithConditions, Basis: entente.Stated},
	'r': {Stance: entente.Doubts, Basis: entente.Stated},
	'R': {Stance: entente.Rejects, Basis: entente.Stated},
}

const letters = "-0xAarR"

func positions(spell string) []entente.Position {
	out := make([]entente.Position, len(spell))
	for i := range out {
		out[i] = kinds[spell[i]]
	}
	return out
}

// All 49 pairs. Silent and reserved count as silence; what is contested on both
// sides counts as taken and as differing; the same side at another level is in
// part.
func TestOutcomeOfEveryPair(t *testing.T) {
	short := map[byte]Outcome{'=': Agree, '~': AgreeInPart, '!': Differ, '1': OneSilent, '.': BothSilent}
	table := map[byte]string{ // columns as in letters
		//    -0xAarR
		'-': "..11111",
		'0': "..11111",
		'x': "11!!!!!",
		'A': "11!=~!!",
		'a': "11!~=!!",
		'r': "11!!!=~",
		'R': "11!!!~=",
	}
	for i := range len(letters) {
		for j := range len(letters) {
			pair := string([]byte{letters[i], letters[j]})
			if got, want := outcome(positions(pair)), short[table[letters[i]][j]]; got != want {
				t.Errorf("%s with %s is %s, want %s", pair[:1], pair[1:], got, want)
			}
		}
	}
}

// The same level with other conditions is agreement in part.
func TestOutcomeWithConditions(t *testing.T) {
	pair := func(x, y string) Outcome {
		ps := positions("aa")
		ps[0].Conditions, ps[1].Conditions = x, y
		return outcome(ps)
	}
	for _, tc := range []struct {
		x, y string
		want Outcome
	}{{"", "", Agree}, {"if x", "if x", Agree}, {"if x", "if y", AgreeInPart}, {"if x", "", AgreeInPart}, {"", "if x", AgreeInPart}} {
		if got := pair(tc.x, tc.y); got != tc.want {
			t.Errorf("%q with %q is %s, want %s", tc.x, tc.y, got, tc.want)
		}
	}
}

// Contested on one side alone leaves the stance that all readings share, so it
// is compared like any other.
func TestContestedOnOneSideIsComparedByItsWeakerReading(t *testing.T) {
	ps := positions("aA")
	ps[0].Contested, ps[0].Readings = true, []entente.Stance{entente.Affirms, entente.AffirmsWithConditions}
	if got := outcome(ps); got != AgreeInPart {
		t.Errorf("got %s", got)
	}
}

// All 343 triples against the rule in words, and in every order.
func TestOutcomeOfEveryTriple(t *testing.T) {
	rule := func(spell string) Outcome {
		n := map[byte]int{}
		for i := range spell {
			n[spell[i]]++
		}
		plus, minus, contested := n['A']+n['a'], n['r']+n['R'], n['x']
		switch taken := plus + minus + contested; {
		case taken == 0:
			return AllSilent
		case plus > 0 && minus > 0, contested > 0 && taken > 1:
			return Split
		case taken < len(spell):
			return PartlySilent
		}
		return Agree
	}
	for i := range len(letters) {
		for j := range len(letters) {
			for k := range len(letters) {
				a, b, c := letters[i], letters[j], letters[k]
				want := rule(string([]byte{a, b, c}))
				for _, order := range [][]byte{{a, b, c}, {a, c, b}, {b, a, c}, {b, c, a}, {c, a, b}, {c, b, a}} {
					if got := outcome(positions(string(order))); got != want {
						t.Errorf("%s is %s, want %s", order, got, want)
					}
				}
			}
		}
	}
	// A few by hand, so that the rule above is not its own judge.
	for spell, want := range map[string]Outcome{
		"---": AllSilent, "-00": AllSilent, "AAA": Agree, "AaA": Agree, "rRR": Agree, "AA-": PartlySilent, "A--": PartlySilent,
		"A0-": PartlySilent, "AAR": Split, "AR-": Split, "xA-": Split, "x--": PartlySilent, "AAAA": Agree, "AAA-": PartlySilent, "AAAr": Split,
	} {
		if got := outcome(positions(spell)); got != want {
			t.Errorf("%s is %s, want %s", spell, got, want)
		}
	}
}

func TestOutcomeListsAreComplete(t *testing.T) {
	seen := map[Outcome]bool{}
	for _, o := range append(append([]Outcome(nil), PairOutcomes...), GroupOutcomes...) {
		seen[o] = true
	}
	if got, want := fmt.Sprint(len(PairOutcomes), len(GroupOutcomes), len(seen)), "5 4 8"; got != want {
		t.Errorf("%s outcomes, want %s", got, want)
	}
}

func TestVerdicts(t *testing.T) {
	p := func(n int) []entente.Position { return make([]entente.Position, n) }
	for _, tc := range []struct {
		name                string
		plus, minus, silent int
		want                Verdict
		side, speak, move   int
	}{
		{"all for", 3, 0, 0, CommonNow, 1, 0, 0},
		{"all against", 0, 3, 0, CommonNow, -1, 0, 0},
		{"two for, one to speak", 2, 0, 1, WithinView, 1, 1, 0},
		{"one against, two to speak", 0, 1, 2, WithinView, -1, 2, 0},
		{"two for, one against", 2, 1, 0, Divided, 1, 0, 1},
		{"one for, two against, four silent", 1, 2, 4, Divided, -1, 4, 1},
		{"as many on either side: nobody is told to move", 2, 2, 1, Divided, 0, 1, 0},
		{"nobody has spoken", 0, 0, 3, Unspoken, 0, 3, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := BlocRow{For: p(tc.plus), Against: p(tc.minus), Silent: p(tc.silent)}
			r.judge()
			if r.Verdict != tc.want || r.Side != tc.side || len(r.MustSpeak()) != tc.speak || len(r.MustMove()) != tc.move {
				t.Errorf("%s, side %d, %d to speak, %d to move; want %s, %d, %d, %d",
					r.Verdict, r.Side, len(r.MustSpeak()), len(r.MustMove()), tc.want, tc.side, tc.speak, tc.move)
			}
		})
	}
}
