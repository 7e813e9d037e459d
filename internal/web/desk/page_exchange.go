package desk

import (
	"context"
	"net/http"

	"entente/internal/auth"
	"entente/internal/exchange/inbox"
	"entente/internal/store"
)

var exchangeStartRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange", Action: auth.ExchangeRead, Do: exchanging(showExchangeStart)},
}

// exchangeScreen is what the exchange looks like now.
type exchangeScreen struct {
	Tabs        []tab
	Facts       []fact
	Partners    int
	Collections int
	Waiting     []inboxCount // what partners sent that nobody has decided on
	Withdrawals int          // of objects that were accepted here
	Leaves      int64
	Unconfirmed int          // withdrawals that somebody who had the object has not confirmed
	Fault       string       // what is closed because of a fault in the settings
	Halt        string       // why the node signs nothing any more
	Alarms      []inboxCount // partners of whom there is evidence that something is wrong
	MayShare    bool
}

// inboxCount is how much of a partner waits.
type inboxCount struct {
	Href, Partner string
	N             int
}

func showExchangeStart(c *Call, n *exchangeNode) error {
	ctx := c.Context()
	rev, err := n.Book.Settings(ctx)
	if err != nil {
		return err
	}
	state, err := n.Book.State(ctx)
	if err != nil {
		return err
	}
	counts, err := n.Inbox.Counts(ctx)
	if err != nil {
		return err
	}
	s := &exchangeScreen{Tabs: c.exchangeTabs("start"), Partners: len(rev.Partners), Collections: len(rev.Collections), MayShare: c.May(auth.ExchangeShare)}
	if state.Faults != nil {
		s.Fault = state.Faults.Error()
	}
	names := partnerNames(&rev.Settings)
	status, err := n.Status(ctx)
	if err != nil {
		return err
	}
	if status.Halt != nil {
		s.Halt = sentence(status.Halt.Why)
	}
	for _, p := range status.Partners {
		if len(p.Findings) > 0 {
			s.Alarms = append(s.Alarms, inboxCount{partnerHref(p.ID), nameOr(p.Name, p.ID), len(p.Findings)})
		}
	}
	for _, k := range counts {
		if k.State == inbox.New {
			s.Waiting = append(s.Waiting, inboxCount{inboxHref(k.Partner, inbox.New), nameOr(names[k.Partner], k.Partner), k.Count})
			s.Withdrawals += k.Withdrawals
		}
	}
	gone, err := n.Withdrawals(ctx)
	if err != nil {
		return err
	}
	for _, o := range gone {
		if len(o.Open) > 0 {
			s.Unconfirmed++
		}
	}
	t := c.T.T
	for _, x := range []struct{ word, value string }{
		{t("exchange.node.actor"), rev.Actor}, {t("exchange.node.url"), rev.URL}, {t("exchange.node.identity"), string(rev.Identity)}, {t("exchange.node.unmarked"), "TLP:" + rev.Unmarked.String()}, {t("exchange.node.log"), n.Log.Origin()},
	} {
		if x.value != "" {
			s.Facts = append(s.Facts, fact{x.word, x.value})
		}
	}
	err = c.reading(func(ctx context.Context, q store.Querier) (err error) {
		s.Leaves, err = n.Log.Size(ctx, q)
		return err
	})
	if err != nil {
		return err
	}
	return c.showExchange(Page{Template: "exchange", Data: s, Kicker: t("exchange.title"), Title: rev.Title, Lede: t("exchange.lede")})
}
