package desk

import (
	"net/http"
	"strconv"
	"strings"

	"entente/internal/auth"
	"entente/internal/exchange/node"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/taxii"
)

var exchangeReceiptRoutes = append([]Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange/receipts", Action: auth.ExchangeRead, Do: exchanging(showReceipts)},
}, exchangeReleaseRoutes...)

// receiptsScreen is who has confirmed what: withdrawals first.
type receiptsScreen struct {
	Tabs        []tab
	Withdrawals []withdrawalRow
	Open        int // withdrawals that somebody has not confirmed
	Objects     []receiptRow
	Pager       Pager
}

// withdrawalRow is one object that was taken back, and who has not confirmed.
type withdrawalRow struct {
	node.Outstanding
	Href    string
	What    string
	Holders []holderRow
}

// holderRow is a partner who had it.
type holderRow struct {
	Name      string
	Told      bool
	Confirmed bool
	Shut      string
}

// receiptRow is one object of the node's own with who has it.
type receiptRow struct {
	Href, What string
	Version    string
	Rows       []deliveryRow
	Open       int
}

// receiptsPage is how many objects a page shows: each is asked for by itself.
const receiptsPage = 30

func showReceipts(c *Call, n *exchangeNode) error {
	ctx := c.Context()
	rev, err := n.Book.Settings(ctx)
	if err != nil {
		return err
	}
	names := partnerNames(&rev.Settings)
	s := &receiptsScreen{Tabs: c.exchangeTabs("receipts")}
	gone, err := n.Withdrawals(ctx)
	if err != nil {
		return err
	}
	for _, o := range gone {
		row := withdrawalRow{Outstanding: o, Href: objectHref(o.ID), What: foreign(nameOr(o.Record, nameOr(o.Name, string(o.ID))))}
		for _, h := range o.Holders {
			row.Holders = append(row.Holders, holderRow{nameOr(names[h.Partner], h.Partner), h.Told >= h.Had, h.Confirmed >= h.Had, strings.Join(h.Shut, "; ")})
		}
		if len(o.Open) > 0 {
			s.Open++
		}
		s.Withdrawals = append(s.Withdrawals, row)
	}
	if err := c.receipts(n, s, names); err != nil {
		return err
	}
	lede := c.T.T("exchange.receipts.lede.all")
	if s.Open > 0 {
		lede = c.T.T("exchange.receipts.lede", "n", s.Open)
	}
	return c.showExchange(Page{Template: "exchange-receipts", Data: s, Kicker: c.T.T("exchange.title"), Title: c.T.T("exchange.receipts"), Lede: lede})
}

// receipts lists a page of the node's own objects with who has confirmed them.
func (c *Call) receipts(n *exchangeNode, s *receiptsScreen, names map[string]string) error {
	ask := shelf.Ask{Own: true, Newest: true, Limit: receiptsPage + 1}
	after, err := c.Query("after", 200)
	if err != nil {
		return err
	}
	if after != "" {
		place, stamp, ok := strings.Cut(after, " ")
		at, err := strconv.ParseInt(stamp, 10, 64)
		if !ok || err != nil {
			return Bad("after", "that is no place in the list", "follow the link to the next page")
		}
		ask.AfterCollection, ask.After = place, taxii.Stamp(at)
		s.Pager.Newest = "/desk/exchange/receipts"
	}
	list, err := n.Shelf.Find(c.Context(), ask)
	if err != nil {
		return err
	}
	if len(list) > receiptsPage {
		list = list[:receiptsPage]
		last := list[receiptsPage-1]
		s.Pager.Older = "/desk/exchange/receipts" + queryWith(c.R.URL.Query(), "after", last.Collection+" "+strconv.FormatInt(int64(last.Added), 10))
	}
	for _, e := range list {
		if travels(e.ID) {
			continue
		}
		row := receiptRow{Href: objectHref(e.ID), What: nameOr(c.nameOn(n, e.ID, e.Version, e.Level), string(e.ID)), Version: e.Version}
		reach, err := n.Shelf.Reach(c.Context(), e.ID)
		if err != nil {
			return err
		}
		for _, d := range reach {
			if d.Collection != e.Collection || d.Version != e.Version {
				continue
			}
			row.Rows = append(row.Rows, deliveryRow{d, nameOr(names[d.Partner], d.Partner), partnerHref(d.Partner), d.Receipt >= 0})
			if d.Receipt < 0 {
				row.Open++
			}
		}
		if len(row.Rows) > 0 {
			s.Objects = append(s.Objects, row)
		}
	}
	return nil
}
