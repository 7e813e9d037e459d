package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"entente/internal/auth"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
)

const maxIntroductionText = 200_000

var exchangePartnerRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange/partners", Action: auth.ExchangeRead, Do: exchanging(showPartners)},
	{Method: http.MethodGet, Pattern: "/desk/exchange/partners/new", Action: auth.ExchangeManage, Do: exchanging(func(c *Call, n *exchangeNode) error { return c.newPartner(n, nil, nil, http.StatusOK) })},
	{Method: http.MethodPost, Pattern: "/desk/exchange/partners/new", Action: auth.ExchangeManage, Do: exchanging(addPartner)},
	{Method: http.MethodPost, Pattern: "/desk/exchange/partners/introduced", Action: auth.ExchangeManage, Do: exchanging(introducePartner)},
	{Method: http.MethodGet, Pattern: "/desk/exchange/partners/{id}", Action: auth.ExchangeRead, Examples: []string{"/desk/exchange/partners/nobody"}, Do: exchanging(func(c *Call, n *exchangeNode) error { return c.partner(n, partnerForms{}, http.StatusOK) })},
	{Method: http.MethodPost, Pattern: "/desk/exchange/partners/{id}", Action: auth.ExchangeManage, Examples: []string{"/desk/exchange/partners/nobody"}, Do: exchanging(editPartner)},
	{Method: http.MethodPost, Pattern: "/desk/exchange/partners/{id}/state", Action: auth.ExchangeManage, Examples: []string{"/desk/exchange/partners/nobody/state"}, Do: exchanging(setPartnerState)},
}

// partnersScreen lists the partners.
type partnersScreen struct {
	Tabs     []tab
	Partners []partnerRow
	May      bool
}

// partnerRow is one partner.
type partnerRow struct {
	partner.Partner
	Href    string
	Shown   string // its name
	State   string // of the words: active, suspended, ended
	Circles []circleOf
	New     int // waiting in the inbox
}

// circleOf is a community in which a partner is.
type circleOf struct {
	Href, Name string
	Clearance  handling.TLP
}

func partnerHref(id string) string { return "/desk/exchange/partners/" + url.PathEscape(id) }

func (c *Call) partnerRow(s *partner.Settings, p *partner.Partner) partnerRow {
	row := partnerRow{Partner: *p, Href: partnerHref(p.ID), Shown: nameOr(p.Name, p.ID), State: "active"}
	switch {
	case p.Suspended:
		row.State = "suspended"
	case !p.Until.IsZero() && !c.Desk.now().Before(p.Until):
		row.State = "ended"
	}
	for i := range s.Communities {
		k := &s.Communities[i]
		for _, m := range k.Members {
			if m.Partner == p.ID {
				row.Circles = append(row.Circles, circleOf{communityHref(k.ID), nameOr(k.Name, k.ID), m.Clearance})
			}
		}
	}
	return row
}

func showPartners(c *Call, n *exchangeNode) error {
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return err
	}
	counts, err := n.Inbox.Counts(c.Context())
	if err != nil {
		return err
	}
	s := &partnersScreen{Tabs: c.exchangeTabs("partners"), May: c.May(auth.ExchangeManage)}
	for i := range rev.Partners {
		row := c.partnerRow(&rev.Settings, &rev.Partners[i])
		for _, k := range counts {
			if k.Partner == row.ID && k.State == "new" {
				row.New += k.Count
			}
		}
		s.Partners = append(s.Partners, row)
	}
	return c.showExchange(Page{Template: "exchange-partners", Data: s, Kicker: c.T.T("exchange.title"), Title: c.T.T("exchange.partners"), Lede: c.T.T("exchange.partners.lede", "n", len(s.Partners))})
}

// newPartnerScreen is the form for a new partner, filled by hand or from an
// introduction.
type newPartnerScreen struct {
	Form         *Form
	Fields       []Field
	Introduction []Field
	IntroForm    *Form
	Introduced   bool
	Fingerprints [][2]string // of what was introduced: to be compared by telephone
}

// The fields of a partner that are named like its settings.
var partnerFields = []string{"id", "name", "actor", "url", "ca", "names", "log", "identities", "recipients", "client_of", "until", "per_minute"}

// partnerForm is the form of a partner; fresh for one that is not there yet.
func (c *Call) partnerForm(f *Form, s *partner.Settings, fresh bool, self string) []Field {
	t := c.T.T
	client := []Option{{Word: t("exchange.client.nobody")}, {Value: handling.Self, Word: t("exchange.client.self")}}
	for _, p := range s.Partners {
		if p.ID != self {
			client = append(client, Option{Value: p.ID, Word: nameOr(p.Name, p.ID)})
		}
	}
	list := []Field{
		{Name: "base", Kind: "hidden"},
		{Name: "name", Label: t("exchange.partner.name"), Most: partner.MaxText, Wide: true, Auto: "off"},
		{Name: "actor", Label: t("exchange.partner.actor"), Most: 64, Auto: "off", Hint: t("exchange.partner.actor.hint")},
		{Name: "url", Label: t("exchange.partner.url"), Most: 500, Auto: "off", Wide: true, Hint: t("exchange.partner.url.hint")},
		{Name: "client_of", Label: t("exchange.partner.client"), Kind: "select", Options: client, Hint: t("exchange.partner.client.hint")},
		{Name: "until", Label: t("exchange.partner.until"), Kind: "date", Hint: t("exchange.partner.until.hint")},
		{Name: "per_minute", Label: t("exchange.partner.limit"), Kind: "number", Hint: t("exchange.partner.limit.hint")},
		{Name: "identities", Label: t("exchange.partner.identities"), Kind: "textarea", Rows: 2, Wide: true, Hint: t("exchange.partner.identities.hint")},
		{Name: "names", Label: t("exchange.partner.names"), Kind: "textarea", Rows: 2, Wide: true, Hint: t("exchange.partner.names.hint")},
		{Name: "ca", Label: t("exchange.partner.ca"), Kind: "textarea", Rows: 4, Wide: true, Hint: t("exchange.partner.ca.hint")},
		{Name: "certificate_only", Label: t("exchange.partner.certificate"), Kind: "checks", Options: []Option{{Value: "yes", Word: t("exchange.partner.certificate.yes")}}},
		{Name: "log", Label: t("exchange.partner.log"), Most: 500, Wide: true, Auto: "off", Hint: t("exchange.partner.log.hint")},
		{Name: "recipients", Label: t("exchange.partner.recipients"), Kind: "textarea", Rows: 2, Wide: true, Hint: t("exchange.partner.recipients.hint")},
	}
	if fresh {
		list = append([]Field{{Name: "id", Label: t("exchange.partner.id"), Required: true, Most: 64, Auto: "off", Hint: t("exchange.partner.id.hint")}}, list...)
		circles := []Option{{Word: t("exchange.member.none")}}
		for i := range s.Communities {
			circles = append(circles, Option{Value: s.Communities[i].ID, Word: nameOr(s.Communities[i].Name, s.Communities[i].ID)})
		}
		list = append(list,
			Field{Name: "community", Label: t("exchange.member.community"), Kind: "select", Options: circles},
			Field{Name: "clearance", Label: t("exchange.member.clearance"), Kind: "select", Options: append([]Option{{Word: t("desk.choose")}}, levelOptions(clearances)...), Hint: t("exchange.member.clearance.hint")})
	}
	return f.Fields(list...)
}

// fillPartner puts a partner into a form.
func fillPartner(f *Form, p *partner.Partner) {
	set := f.Values.Set
	set("name", p.Name)
	set("actor", p.Actor)
	set("url", p.URL)
	set("client_of", p.ClientOf)
	set("until", dayOf(p.Until))
	set("per_minute", strconv.Itoa(p.PerMinute))
	var ids, recipients []string
	for _, id := range p.Identities {
		ids = append(ids, string(id))
	}
	for _, r := range p.Recipients {
		recipients = append(recipients, r.Name+" "+r.Key)
	}
	set("identities", strings.Join(ids, "\n"))
	set("names", strings.Join(p.Names, "\n"))
	set("ca", p.CA)
	if p.CertificateOnly {
		set("certificate_only", "yes")
	}
	set("log", p.Log)
	set("recipients", strings.Join(recipients, "\n"))
}

// readPartner reads the form into a partner; what the form does not have stays.
func readPartner(f *Form, p *partner.Partner) {
	p.Name, p.Actor, p.URL = f.Text("name", partner.MaxText), f.Text("actor", 64), f.Text("url", 500)
	p.ClientOf, p.Until = f.Text("client_of", 64), f.Day("until")
	p.PerMinute = 0
	if f.Values.Get("per_minute") != "" {
		p.PerMinute = f.Number("per_minute", 0, 10_000_000)
	}
	p.Identities = nil
	for _, l := range linesOf(f.Long("identities", 20_000)) {
		p.Identities = append(p.Identities, stix.ID(l))
	}
	p.Names = linesOf(f.Long("names", 20_000))
	p.CA = f.Long("ca", 100_000)
	if p.CA != "" {
		p.CA += "\n"
	}
	p.CertificateOnly = f.Checked("certificate_only")
	p.Log = f.Text("log", 500)
	p.Recipients = nil
	for _, l := range linesOf(f.Long("recipients", 200_000)) {
		name, key, _ := strings.Cut(l, " ")
		p.Recipients = append(p.Recipients, partner.Recipient{Name: name, Key: strings.TrimSpace(key)})
	}
}

func (c *Call) newPartner(n *exchangeNode, f *Form, intro *partner.Introduction, status int) error {
	rev, f, err := c.settingsForm(n, f)
	if err != nil {
		return err
	}
	s := &newPartnerScreen{Form: f, IntroForm: c.NewForm()}
	if status != http.StatusOK && f.Values.Has("introduction") {
		s.IntroForm, s.Form = f, c.NewForm("base", settingsMark(&rev.Settings))
	}
	if intro != nil {
		s.Introduced, s.Fingerprints = true, intro.Fingerprints()
	}
	s.Fields = c.partnerForm(s.Form, &rev.Settings, true, "")
	s.Introduction = s.IntroForm.Fields(Field{Name: "introduction", Label: c.T.T("exchange.introduction"), Kind: "textarea", Rows: 4, Wide: true, Required: true, Hint: c.T.T("exchange.introduction.hint")})
	return c.showExchange(Page{
		Template: "exchange-new-partner", Data: s, Status: status, Kicker: c.T.T("exchange.partners"), Title: c.T.T("exchange.partner.new"), Lede: c.T.T("exchange.partner.new.lede"),
	})
}

// introducePartner fills the form from an introduction. Nothing is written yet,
// and a token in it goes nowhere.
func introducePartner(c *Call, n *exchangeNode) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	text := f.Long("introduction", maxIntroductionText)
	if text == "" {
		f.Fault("introduction", "needed")
		return c.newPartner(n, f, nil, http.StatusBadRequest)
	}
	intro, err := partner.ReadIntroduction(strings.NewReader(text))
	if err != nil {
		f.Values.Set("introduction", "") // it may hold a token
		if err := f.refuseExchange(err, "partner introduced", []string{"introduction"}); err != nil {
			return err
		}
		if f.Faults["introduction"] == "" {
			f.say("introduction", f.Problem())
		}
		return c.newPartner(n, f, nil, http.StatusBadRequest)
	}
	filled := c.NewForm("id", f.Text("id", 64))
	var s partner.Settings
	if _, err := intro.Apply(&s, "introduced"); err != nil {
		return err
	}
	fillPartner(filled, &s.Partners[0])
	if filled.Values.Get("id") == "" {
		filled.Values.Set("id", intro.Actor)
	}
	return c.newPartner(n, filled, &intro, http.StatusOK)
}

func addPartner(c *Call, n *exchangeNode) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	p := partner.Partner{Partner: handling.Partner{ID: f.Needed("id", 64)}}
	readPartner(f, &p)
	circle := f.Text("community", 64)
	var level handling.TLP
	if circle != "" {
		level = f.level("clearance", clearances)
	}
	name := nameOr(p.Name, p.ID)
	return c.carryOut(settling{
		n: n, f: f, why: "add partner " + p.ID, what: c.T.T("exchange.settle.add-partner", "name", name), back: "/desk/exchange/partners",
		place: "partner " + p.ID, fields: append(slices.Clone(partnerFields), "community"),
		change: func(s *partner.Settings) error {
			if err := s.AddPartner(p); err != nil || circle == "" {
				return err
			}
			return s.SetMember(circle, p.ID, level)
		},
		again:  func(status int) error { return c.newPartner(n, f, nil, status) },
		object: "partner " + p.ID, detail: "added", to: partnerHref(p.ID), done: "exchange.partner-added", args: []any{"name", name},
	})
}

// managed enters a change of the exchange in the audit log.
func (c *Call) managed(what, detail string) error {
	return c.auditExchange(auth.ExchangeManage, what, detail)
}

func (c *Call) auditExchange(a auth.Action, what, detail string) error {
	if c.Desk.Auth == nil {
		return nil
	}
	return c.Desk.Auth.Audit().Record(c.Context(), auth.Entry{Action: a, Object: what, Outcome: auth.OK, Detail: detail})
}
