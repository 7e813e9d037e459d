package desk

import (
	"net/http"

	"entente/internal/auth"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
)

var exchangeEmbargoRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange/embargoes", Action: auth.ExchangeRead, Do: exchanging(func(c *Call, n *exchangeNode) error { return c.embargoes(n, nil, http.StatusOK) })},
	{Method: http.MethodPost, Pattern: "/desk/exchange/embargoes", Action: auth.ExchangeManage, Do: exchanging(editEmbargoes)},
}

// embargoesScreen lists the objects that wait for their day.
type embargoesScreen struct {
	Tabs      []tab
	Embargoes []embargoRow
	May       bool
	Base      string
	Form      *Form
	Fields    []Field
}

// embargoRow is one embargo.
type embargoRow struct {
	handling.Embargo
	Href string
	Over bool
}

func (c *Call) embargoes(n *exchangeNode, f *Form, status int) error {
	if f == nil {
		object, err := c.Query("object", 200)
		if err != nil {
			return err
		}
		f = c.NewForm("object", object)
	}
	rev, f, err := c.settingsForm(n, f)
	if err != nil {
		return err
	}
	s := &embargoesScreen{Tabs: c.exchangeTabs("collections"), May: c.May(auth.ExchangeManage), Base: settingsMark(&rev.Settings), Form: f, Fields: f.Fields(
		Field{Name: "base", Kind: "hidden"},
		Field{Name: "object", Label: c.T.T("exchange.embargo.object"), Required: true, Most: 200, Auto: "off", Wide: true, Hint: c.T.T("exchange.embargo.object.hint")},
		Field{Name: "until", Label: c.T.T("exchange.embargo.until"), Kind: "date", Required: true, Hint: c.T.T("exchange.embargo.until.hint")},
		Field{Name: "note", Label: c.T.T("exchange.embargo.note"), Most: partner.MaxText, Auto: "off", Wide: true},
	)}
	for _, e := range rev.Embargoes {
		s.Embargoes = append(s.Embargoes, embargoRow{e, objectHref(e.Object), !c.Desk.now().Before(e.Until)})
	}
	return c.showExchange(Page{
		Template: "exchange-embargoes", Data: s, Status: status, Kicker: c.T.T("exchange.collections"), Title: c.T.T("exchange.embargoes"), Lede: c.T.T("exchange.embargoes.lede"),
	})
}

func editEmbargoes(c *Call, n *exchangeNode) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	object, until, note := stix.ID(f.Needed("object", 200)), f.Day("until"), f.Text("note", partner.MaxText)
	do := Choice(f, "do", []string{"set", "lift"})
	if _, why := stix.ParseID(string(object)); why != "" && object != "" {
		f.Fault("object", "exchange-object")
	}
	if do == "set" && until.IsZero() {
		f.Fault("until", "needed")
	}
	if do == "" {
		return Bad("do", "it is not said what to do", "use the buttons of the page")
	}
	return c.carryOut(settling{
		n: n, f: f, why: do + " embargo on " + string(object), what: c.T.T("exchange.settle.embargo", "object", object), back: "/desk/exchange/embargoes", fields: []string{"object", "until", "note"},
		change: func(s *partner.Settings) error {
			if do == "lift" {
				return s.RemoveEmbargo(object)
			}
			s.SetEmbargo(object, until, note)
			return nil
		},
		again:  func(status int) error { return c.embargoes(n, f, status) },
		object: "embargo " + string(object), detail: do, to: "/desk/exchange/embargoes", done: "exchange.embargo-" + do,
	})
}
