package desk

import (
	"slices"
	"strings"
	"unicode"

	"entente/internal/auth"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
)

// madeBy tells when an object is made in the name of somebody else than the partner
// that sent it: nothing but the partner's word vouches for that.
func (c *Call) madeBy(it *inbox.Item, s *partner.Settings) string {
	maker := it.Maker()
	p := s.Partner(it.Partner)
	if maker == "" || p != nil && slices.Contains(p.Identities, maker) {
		return ""
	}
	from := it.Partner
	if p != nil {
		from = nameOr(p.Name, p.ID)
	}
	if maker == s.Identity {
		return c.T.T("exchange.maker.own", "maker", maker, "partner", from)
	}
	for i := range s.Partners {
		if o := &s.Partners[i]; slices.Contains(o.Identities, maker) {
			return c.T.T("exchange.maker.other", "maker", maker, "other", nameOr(o.Name, o.ID), "partner", from)
		}
	}
	return c.T.T("exchange.maker.unknown", "maker", maker, "partner", from)
}

// travels reports whether an object only travels with others: a mark, or a
// definition of the program's own.
func travels(id stix.ID) bool {
	return id.Type() == "marking-definition" || id.Type() == "extension-definition" || node.Public(id)
}

// foreign makes the words of others fit to stand among one's own: what would turn
// or hide the text around it is replaced, so that it shows that something was there.
// The template puts such words into <bdi>.
func foreign(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return ' '
		case unicode.IsControl(r), r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff, r == 0x061c:
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// foreignAll is foreign for a list.
func foreignAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = foreign(s)
	}
	return out
}

// nameOf says in words what an object is: the record that it carries, or what it
// calls itself; empty when it says neither.
func nameOf(o *stix.Object) string {
	in := mapping.Import([]*stix.Object{o}, "")
	for _, x := range append(in.Rows, in.Withdrawn...) {
		return foreign(x.Table + ":" + x.ID())
	}
	for _, name := range []string{"name", "opinion", "relationship_type", "explanation"} {
		if s := o.Text(name); s != "" {
			return clipWords(foreign(s), 120)
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
