package desk

import (
	"entente/internal/auth"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
)

// travels reports whether an object only travels with others: a mark, or a
// definition of the program's own.
func travels(id stix.ID) bool {
	return id.Type() == "marking-definition" || id.Type() == "extension-definition" || node.Public(id)
}

// nameOf says in words what an object is: the record that it carries, or what it
// calls itself; empty when it says neither.
func nameOf(o *stix.Object) string {
	in := mapping.Import([]*stix.Object{o}, "")
	for _, x := range append(in.Rows, in.Withdrawn...) {
		return x.Table + ":" + x.ID()
	}
	for _, name := range []string{"name", "opinion", "relationship_type", "explanation"} {
		if s := o.Text(name); s != "" {
			return clipWords(s, 120)
		}
	}
	return ""
}

// clipWords cuts a text that is longer than so many characters.
func clipWords(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// nameOn is nameOf for an object on the shelf. What is RED has no name for who may
// not decide on it, and neither has what is not there any more.
func (c *Call) nameOn(n *exchangeNode, id stix.ID, version string, level handling.TLP) string {
	if level >= handling.Red && !c.May(auth.ExchangeDecide) {
		return ""
	}
	o, err := n.Shelf.Body(c.Context(), id, version)
	if err != nil {
		return ""
	}
	return nameOf(o)
}
