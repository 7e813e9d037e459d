package desk

import (
	"net/http"
	"slices"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
)

var exchangeObjectRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange/objects/{id}", Action: auth.ExchangeRead, Examples: []string{"/desk/exchange/objects/report--00000000-0000-4000-8000-000000000000"}, Do: exchanging(showObject)},
	{Method: http.MethodGet, Pattern: "/desk/exchange/withdraw", Action: auth.ExchangeShare, Do: exchanging(func(c *Call, n *exchangeNode) error { return c.withdrawing(n, nil, http.StatusOK) })},
	{Method: http.MethodPost, Pattern: "/desk/exchange/withdraw", Action: auth.ExchangeShare, Do: exchanging(withdraw)},
}

// objectScreen is one object of the exchange: its versions, who has which, and
// what can be done with it.
type objectScreen struct {
	Tabs      []tab
	ID        stix.ID
	Name      string // what it is, in words; empty where the reader may not see it
	Versions  []entryRow
	Delivered []deliveryRow
	Raw       string
	Hidden    bool
	Withdraw  string // where it can be withdrawn; empty when it cannot
	Embargo   string
	Withdrawn bool
}

// deliveryRow is one version that was handed to one partner.
type deliveryRow struct {
	shelf.Delivery
	Who, WhoHref string
	Confirmed    bool
}

func showObject(c *Call, n *exchangeNode) error {
	id := stix.ID(c.Path("id"))
	if _, why := stix.ParseID(string(id)); why != "" {
		return Bad("address", "that is no identifier of an object", "follow a link of the releases")
	}
	ctx := c.Context()
	rev, err := n.Book.Settings(ctx)
	if err != nil {
		return err
	}
	list, err := n.Shelf.Versions(ctx, id)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return &entente.Error{Kind: entente.NotFound, Op: "exchange", Msg: "the object lies in no collection", Hint: "the releases list what does"}
	}
	s := &objectScreen{Tabs: c.exchangeTabs("releases"), ID: id}
	names := partnerNames(&rev.Settings)
	own, level := false, handling.Clear
	for _, e := range slices.Backward(list) {
		s.Versions = append(s.Versions, entryRowOf(&rev.Settings, names, e))
		own, level, s.Withdrawn = own || e.Origin == "", max(level, e.Level), s.Withdrawn || e.Revoked
		if e.Unresolved {
			level = handling.Red
		}
	}
	reach, err := n.Shelf.Reach(ctx, id)
	if err != nil {
		return err
	}
	for _, d := range reach {
		s.Delivered = append(s.Delivered, deliveryRow{d, nameOr(names[d.Partner], d.Partner), partnerHref(d.Partner), d.Receipt >= 0})
	}
	if s.Hidden = level >= handling.Red && !c.May(auth.ExchangeDecide); !s.Hidden {
		o, err := n.Shelf.Body(ctx, id, "")
		if err != nil {
			return err
		}
		s.Raw, s.Name = indented(o), nameOf(o)
	}
	if own && !s.Withdrawn && c.May(auth.ExchangeShare) {
		s.Withdraw = "/desk/exchange/withdraw?object=" + string(id)
	}
	if c.May(auth.ExchangeManage) {
		s.Embargo = "/desk/exchange/embargoes?object=" + string(id)
	}
	return c.showExchange(Page{
		Template: "exchange-object", Data: s, Kicker: c.T.T("exchange.releases"), Title: c.objectTitle(s), Lede: c.T.T("exchange.object.lede", "n", len(s.Delivered)),
	})
}

// objectTitle names an object, by its type where it has no name: the identifier is
// too long for a title.
func (c *Call) objectTitle(s *objectScreen) string {
	return nameOr(s.Name, c.T.T("exchange.object", "type", s.ID.Type()))
}

// withdrawScreen asks whether something is to be taken back for good.
type withdrawScreen struct {
	Tabs   []tab
	Form   *Form
	Plan   *node.Withdrawal
	Why    Field
	Fields []hiddenField
	Stale  bool
	More   int
	Rows   []node.Withdrawn
}

// readRecall reads what is to be taken back: objects, and records as "kind:id".
func (c *Call) readRecall(objects, records []string) (node.Recall, error) {
	r := node.Recall{Who: c.User.Name}
	for _, s := range objects {
		if _, why := stix.ParseID(s); why != "" {
			return r, Bad("object", "that is no identifier of an object", "follow a link of the releases")
		}
		r.Objects = append(r.Objects, stix.ID(s))
	}
	for _, s := range records {
		k := ParseKey(s)
		if k.ID == "" || len(s) > maxID || !slices.Contains(datapackage.Tables(), k.Kind) {
			return r, Bad("record", "that is no record", "name it as statements:est-1")
		}
		r.Records = append(r.Records, datapackage.Ref{Table: k.Kind, ID: k.ID})
	}
	if len(objects)+len(records) > maxDecided {
		return r, Bad("object", "that is too much at once", "")
	}
	return r, nil
}

func (c *Call) withdrawing(n *exchangeNode, f *Form, status int) error {
	if f == nil {
		f = c.NewForm()
		f.Values["object"], f.Values["record"] = c.R.URL.Query()["object"], c.R.URL.Query()["record"]
	}
	r, err := c.readRecall(f.Values["object"], f.Values["record"])
	if err != nil {
		return err
	}
	r.DryRun = true
	plan, err := n.Withdraw(c.Context(), r)
	if err != nil {
		return err
	}
	s := &withdrawScreen{Tabs: c.exchangeTabs("releases"), Form: f, Plan: plan, Stale: status == http.StatusConflict, Rows: plan.Objects[:min(len(plan.Objects), shownPlanned)]}
	s.More = len(plan.Objects) - len(s.Rows)
	for _, name := range []string{"object", "record"} {
		for _, v := range f.Values[name] {
			s.Fields = append(s.Fields, hiddenField{name, v})
		}
	}
	s.Fields = append(s.Fields, hiddenField{"expect", plan.Digest})
	s.Why = f.Fields(Field{Name: "why", Label: c.T.T("exchange.withdraw.why"), Required: true, Most: partner.MaxText, Wide: true, Auto: "off", Hint: c.T.T("exchange.withdraw.why.hint")})[0]
	return c.showExchange(Page{
		Template: "exchange-withdraw", Data: s, Status: status, Kicker: c.T.T("exchange.releases"), Title: c.T.T("exchange.withdraw"), Lede: c.T.T("exchange.withdraw.lede", "n", len(plan.Objects), "partners", len(plan.Holders)),
	})
}

func withdraw(c *Call, n *exchangeNode) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	r, err := c.readRecall(f.Values["object"], f.Values["record"])
	if err != nil {
		return err
	}
	r.Why, r.Expect = f.Needed("why", partner.MaxText), f.Text("expect", 100)
	if r.Expect == "" {
		f.Fault("", "exchange-not-shown")
	}
	if !f.OK() {
		return c.withdrawing(n, f, http.StatusBadRequest)
	}
	done, err := n.Withdraw(c.Context(), r)
	if entente.KindOf(err) == entente.Conflict {
		return c.withdrawing(n, f, http.StatusConflict)
	}
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.refuseAll(err); err != nil {
			return err
		}
		return c.withdrawing(n, f, status)
	}
	if err := c.auditExchange(auth.ExchangeShare, "withdrawal", strings.Join(append(slices.Clone(f.Values["object"]), f.Values["record"]...), " ")); err != nil {
		return err
	}
	return c.Done("/desk/exchange/receipts", "exchange.withdrawn", "n", len(done.Objects), "partners", len(done.Holders))
}
