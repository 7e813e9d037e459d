package desk

import (
	"html/template"
	"slices"

	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/exchange/inbox"
	"entente/internal/store"
)

// exchangePartScreen says on the page of a record which partners it came from, and
// leads to sharing it.
type exchangePartScreen struct {
	Sources []exchangeSource
	Share   string
}

// exchangeSource is a partner's object that has become part of the record.
type exchangeSource struct {
	inbox.Source
	Who, Href string
}

// exchangePart is what the exchange adds to the page of a record.
func exchangePart(c *Call, v *store.Version) (template.HTML, error) {
	n := c.Desk.Node
	if n == nil || !c.May(auth.ExchangeRead) || !slices.Contains(datapackage.Tables(), v.Kind) {
		return "", nil
	}
	s := &exchangePartScreen{}
	if v.State == store.Published && v.Layer == "" && c.May(auth.ExchangeShare) {
		s.Share = "/desk/exchange/share?record=" + template.URLQueryEscaper(v.String())
	}
	found, err := n.Inbox.Sources(c.Context(), []store.Key{v.Key})
	if err != nil {
		return "", err
	}
	if len(found[v.Key]) > 0 {
		rev, err := n.Book.Settings(c.Context())
		if err != nil {
			return "", err
		}
		names := partnerNames(&rev.Settings)
		for _, x := range found[v.Key] {
			s.Sources = append(s.Sources, exchangeSource{x, nameOr(names[x.Partner], x.Partner), "/desk/exchange/inbox?state=all&partner=" + template.URLQueryEscaper(x.Partner)})
		}
	}
	if s.Share == "" && len(s.Sources) == 0 {
		return "", nil
	}
	return c.Desk.render(c.T, "exchange-part", s)
}
