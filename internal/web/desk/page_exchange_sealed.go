package desk

import (
	"net/http"

	"entente/internal/auth"
	"entente/internal/exchange/node"
)

var exchangeSealedRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange/sealed", Action: auth.ExchangeRead, Do: exchanging(showSealed)},
}

// sealedScreen lists the envelopes for named people. What is in them nobody can
// read here: the keys are with those people.
type sealedScreen struct {
	Tabs []tab
	In   []sealedRow
	Out  []sealedRow
}

// sealedRow is one envelope.
type sealedRow struct {
	node.SealedEnvelope
	Who, WhoHref string
}

func showSealed(c *Call, n *exchangeNode) error {
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return err
	}
	list, err := n.Envelopes(c.Context())
	if err != nil {
		return err
	}
	s := &sealedScreen{Tabs: c.exchangeTabs("inbox")}
	names := partnerNames(&rev.Settings)
	for _, e := range list {
		row := sealedRow{e, nameOr(names[e.Partner], e.Partner), partnerHref(e.Partner)}
		if e.Way == "in" {
			s.In = append(s.In, row)
		} else {
			s.Out = append(s.Out, row)
		}
	}
	return c.showExchange(Page{
		Template: "exchange-sealed", Data: s, Kicker: c.T.T("exchange.inbox"), Title: c.T.T("exchange.sealed"), Lede: c.T.T("exchange.sealed.lede"),
	})
}
