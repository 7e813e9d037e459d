package handling

import "entente/internal/exchange/stix"

// Standard gives the level that a marking-definition stands for wherever it is
// used: one of those whose identifiers the standards of TLP fix. False for others.
func Standard(id stix.ID) (TLP, bool) {
	t, ok := levelOf[id]
	return t, ok
}

// Genuine reports whether a marking-definition under an identifier of [Standard]
// says what the standard says: its level, and no other name. Tools write such
// definitions with small differences; one that says something else would make
// whoever believes it handle everybody's objects wrongly.
func Genuine(m *stix.Object) bool {
	t, ok := Standard(m.ID())
	if !ok {
		return false
	}
	if f := readMark(m); !f.tlp || f.level != t {
		return false
	}
	name := m.Text("name")
	if name == "" {
		return true
	}
	named, err := ParseTLP(name)
	return err == nil && named == t
}
