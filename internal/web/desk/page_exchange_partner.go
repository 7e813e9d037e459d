package desk

import (
	"net/http"

	"entente"
	"entente/internal/auth"
	"entente/internal/exchange/partner"
)

// partnerForms are the forms of the page of a partner, as far as one was sent and
// is shown again.
type partnerForms struct {
	Edit  *Form
	Token *Form
	State *Form
	Fetch *Form // what went wrong with fetching
	// Outgoing is the form of the secret by which this node comes to the partner.
	Outgoing *Form
	Secret   string // of the credential that was just made, shown this once
	Made     string // its name
}

// partnerScreen is one partner.
type partnerScreen struct {
	partnerRow
	Tabs   []tab
	May    bool
	Base   string
	Facts  []fact
	Edit   *Form
	Fields []Field
	partnerAccess
	dealings
	State *Form
	Fetch *Form
}

// partner shows one partner.
func (c *Call) partner(n *exchangeNode, forms partnerForms, status int) error {
	rev, p, err := c.findPartner(n)
	if err != nil {
		return err
	}
	s := &partnerScreen{partnerRow: c.partnerRow(&rev.Settings, p), Tabs: c.exchangeTabs("partners"), May: c.May(auth.ExchangeManage), Base: settingsMark(&rev.Settings), Edit: forms.Edit, State: forms.State}
	t := c.T.T
	for _, x := range []struct{ word, value string }{
		{t("exchange.partner.id"), p.ID}, {t("exchange.partner.actor"), p.Actor}, {t("exchange.partner.url"), p.URL}, {t("exchange.partner.log"), p.Log}, {t("exchange.partner.until"), c.T.Date(dayOf(p.Until))},
	} {
		if x.value != "" {
			s.Facts = append(s.Facts, fact{x.word, x.value})
		}
	}
	if s.Fetch = forms.Fetch; s.Fetch == nil {
		s.Fetch = c.NewForm()
	}
	if s.dealings, err = c.dealings(n, p, forms.Outgoing); err != nil {
		return err
	}
	if s.May {
		if s.Edit == nil {
			s.Edit = c.NewForm()
			fillPartner(s.Edit, p)
		}
		if s.State == nil {
			s.State = c.NewForm()
		}
		s.Edit.Values.Set("base", settingsMark(&rev.Settings))
		s.Fields = c.partnerForm(s.Edit, &rev.Settings, false, p.ID)
		if s.partnerAccess, err = c.access(n, p.ID, forms); err != nil {
			return err
		}
	} else {
		s.Edit, s.State = c.NewForm(), c.NewForm()
	}
	return c.showExchange(Page{
		Template: "exchange-partner", Data: s, Status: status, Kicker: t("exchange.partners"), Title: s.Shown, Lede: t("exchange.partner.lede", "state", c.T.Label("exchange-state", s.partnerRow.State)),
	})
}

// findPartner gives the partner that the address names.
func (c *Call) findPartner(n *exchangeNode) (partner.Revision, *partner.Partner, error) {
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return rev, nil, err
	}
	p := rev.Partner(c.Path("id"))
	if p == nil {
		return rev, nil, noPartner()
	}
	return rev, p, nil
}

func noPartner() error {
	return &entente.Error{Kind: entente.NotFound, Op: "exchange", Msg: "there is no partner of that name", Hint: "the list shows those there are"}
}

func editPartner(c *Call, n *exchangeNode) error {
	_, was, err := c.findPartner(n)
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	p := *was
	readPartner(f, &p)
	name := nameOr(p.Name, p.ID)
	return c.carryOut(settling{
		n: n, f: f, why: "change partner " + p.ID, what: c.T.T("exchange.settle.partner", "name", name), back: partnerHref(p.ID), place: "partner " + p.ID, fields: partnerFields,
		change: func(s *partner.Settings) error {
			at := s.Partner(p.ID)
			if at == nil {
				return noPartner()
			}
			suspended := at.Suspended
			*at = p
			at.Suspended = suspended
			return nil
		},
		again:  func(status int) error { return c.partner(n, partnerForms{Edit: f}, status) },
		object: "partner " + p.ID, detail: "changed", to: partnerHref(p.ID), done: "exchange.partner-changed", args: []any{"name", name},
	})
}

// partnerStates is what can be done to a partner as a whole.
var partnerStates = []string{"suspend", "resume", "remove"}

func setPartnerState(c *Call, n *exchangeNode) error {
	_, p, err := c.findPartner(n)
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	do := Choice(f, "do", partnerStates)
	if do == "" {
		return Bad("do", "it is not said what to do", "use the buttons of the page")
	}
	id, name := p.ID, nameOr(p.Name, p.ID)
	x := settling{
		n: n, f: f, why: do + " partner " + id, what: c.T.T("exchange.settle."+do, "name", name), back: partnerHref(id), place: "partner " + id,
		change: func(s *partner.Settings) error {
			if do == "remove" {
				return s.RemovePartner(id)
			}
			at := s.Partner(id)
			if at == nil {
				return noPartner()
			}
			at.Suspended = do == "suspend"
			return nil
		},
		again:  func(int) error { return c.partner(n, partnerForms{State: f}, http.StatusConflict) },
		object: "partner " + id, detail: do, to: partnerHref(id), done: "exchange.partner-" + do, args: []any{"name", name},
	}
	if do == "remove" {
		x.to, x.done = "/desk/exchange/partners", "exchange.partner-removed"
	}
	return c.carryOut(x)
}
