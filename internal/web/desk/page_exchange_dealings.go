package desk

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"entente/internal/auth"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
)

var exchangeDealingRoutes = []Route{
	{Method: http.MethodPost, Pattern: "/desk/exchange/partners/{id}/sync", Action: auth.ExchangeDecide, Examples: []string{"/desk/exchange/partners/nobody/sync"}, Do: exchanging(fetchNow)},
	{Method: http.MethodPost, Pattern: "/desk/exchange/partners/{id}/outgoing", Action: auth.ExchangeManage, Examples: []string{"/desk/exchange/partners/nobody/outgoing"}, Do: exchanging(setOutgoing)},
}

// dealings is how things stand between this node and a partner.
type dealings struct {
	Status   *node.PartnerStatus
	Figures  []fact
	MayFetch bool // something can be fetched from it, by this reader
	// HasSecret tells whether this node has a secret by which it comes to the partner.
	HasSecret bool
	Outgoing  *Form
	Secrets   []Field
}

// dealings tells how things stand with a partner.
func (c *Call) dealings(n *exchangeNode, p *partner.Partner, f *Form) (dealings, error) {
	d := dealings{Outgoing: f, MayFetch: p.URL != "" && !p.Suspended && c.May(auth.ExchangeDecide)}
	if f == nil {
		d.Outgoing = c.NewForm()
	}
	all, err := n.Status(c.Context())
	if err != nil {
		return d, err
	}
	for i := range all.Partners {
		if all.Partners[i].ID == p.ID {
			d.Status = &all.Partners[i]
		}
	}
	if s := d.Status; s != nil {
		t := c.T.T
		d.Figures = []fact{
			{t("exchange.dealings.last"), instant(c.T, s.LastSync)},
			{t("exchange.dealings.good"), instant(c.T, s.Good)},
			{t("exchange.loss.handed"), strconv.Itoa(s.Handed)},
			{t("exchange.loss.receipted"), strconv.Itoa(s.Receipted)},
			{t("exchange.dealings.owed"), strconv.Itoa(s.Owed)},
			{t("exchange.dealings.seen"), strconv.FormatInt(s.Seen, 10)},
			{t("exchange.dealings.cosigned"), strconv.FormatInt(s.Cosigned, 10)},
		}
	}
	if !c.May(auth.ExchangeManage) {
		return d, nil
	}
	secret, err := partner.ReadOutgoing(n.Dir, p.ID)
	if err != nil {
		return d, err
	}
	d.HasSecret = secret != ""
	d.Secrets = d.Outgoing.Fields(Field{Name: "outgoing", Label: c.T.T("exchange.outgoing"), Kind: "password", Required: true, Auto: "off", Wide: true, Hint: c.T.T("exchange.outgoing.hint")})
	return d, nil
}

// fetchTime bounds how long a page waits for a partner. What was fetched by then
// is kept, and the next fetch goes on from there.
const fetchTime = 20 * time.Second

func fetchNow(c *Call, n *exchangeNode) error {
	_, p, err := c.findPartner(n)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Context(), fetchTime)
	defer cancel()
	r, err := n.Sync(ctx, p.ID, node.SyncOptions{})
	if c.Context().Err() != nil {
		return c.Context().Err() // the reader is gone
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return c.Done(partnerHref(p.ID), "exchange.fetch-goes-on", "name", nameOr(p.Name, p.ID))
	case err != nil:
		f := c.NewForm()
		status := auth.StatusOf(err)
		if status >= http.StatusInternalServerError { // the partner, not this server, does not answer
			f.say("", c.T.T("exchange.fetch.failed", "why", errorWords(err)))
			status = http.StatusConflict
		} else if err := f.refuseAll(err); err != nil {
			return err
		}
		return c.partner(n, partnerForms{Fetch: f}, status)
	case len(r.Faults) > 0:
		return c.Done(partnerHref(p.ID), "exchange.fetch-faults", "n", r.New(), "faults", len(r.Faults))
	}
	return c.Done(partnerHref(p.ID), "exchange.fetched", "n", r.New(), "receipts", r.Receipts.Acknowledged)
}

// errorWords tells an error for people; the cause stays in the log.
func errorWords(err error) string {
	if e := asEntente(err); e != nil {
		return sentence(e.Msg)
	}
	return ""
}

// setOutgoing keeps the secret that a partner gave this node. It is never shown.
func setOutgoing(c *Call, n *exchangeNode) error {
	_, p, err := c.findPartner(n)
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	secret := f.Secret("outgoing")
	f.Values.Del("outgoing")
	if secret == "" {
		f.Fault("outgoing", "needed")
	} else if len(secret) > 1000 || !clean(secret) {
		f.Fault("outgoing", "control")
	}
	if !f.OK() {
		return c.partner(n, partnerForms{Outgoing: f}, http.StatusBadRequest)
	}
	if err := partner.WriteOutgoing(n.Dir, p.ID, secret); err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err, "outgoing"); err != nil {
			return err
		}
		return c.partner(n, partnerForms{Outgoing: f}, status)
	}
	if err := c.managed("partner "+p.ID, "set the secret by which this node comes to it"); err != nil {
		return err
	}
	return c.Done(partnerHref(p.ID), "exchange.outgoing", "name", nameOr(p.Name, p.ID))
}
