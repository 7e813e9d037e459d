package desk

import (
	"net/http"
	"net/url"
	"slices"

	"entente"
	"entente/internal/auth"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
)

var exchangeCircleRoutes = slices.Concat([]Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange/communities", Action: auth.ExchangeRead, Do: exchanging(func(c *Call, n *exchangeNode) error { return c.communities(n, nil, http.StatusOK) })},
	{Method: http.MethodPost, Pattern: "/desk/exchange/communities", Action: auth.ExchangeManage, Do: exchanging(addCommunity)},
	{Method: http.MethodGet, Pattern: "/desk/exchange/communities/{id}", Action: auth.ExchangeRead, Examples: []string{"/desk/exchange/communities/none"}, Do: exchanging(func(c *Call, n *exchangeNode) error { return c.community(n, nil, http.StatusOK) })},
	{Method: http.MethodPost, Pattern: "/desk/exchange/communities/{id}", Action: auth.ExchangeManage, Examples: []string{"/desk/exchange/communities/none"}, Do: exchanging(editCommunity)},
}, exchangeCollectionRoutes, exchangeEmbargoRoutes)

func communityHref(id string) string { return "/desk/exchange/communities/" + url.PathEscape(id) }

// communitiesScreen lists the communities.
type communitiesScreen struct {
	Tabs        []tab
	Communities []communityRow
	May         bool
	Form        *Form
	Fields      []Field
}

// communityRow is one community.
type communityRow struct {
	Href, Shown string
	Members     []memberOf
	Collections []string
}

// memberOf is a partner in a community.
type memberOf struct {
	Href, Name string
	ID         string
	Clearance  handling.TLP
}

func communityRowOf(s *partner.Settings, k *handling.Community) communityRow {
	row := communityRow{Href: communityHref(k.ID), Shown: nameOr(k.Name, k.ID)}
	names := partnerNames(s)
	for _, m := range k.Members {
		row.Members = append(row.Members, memberOf{partnerHref(m.Partner), nameOr(names[m.Partner], m.Partner), m.Partner, m.Clearance})
	}
	for i := range s.Collections {
		if x := &s.Collections[i]; slices.Contains(x.Communities, k.ID) {
			row.Collections = append(row.Collections, collectionName(x))
		}
	}
	return row
}

func (c *Call) communities(n *exchangeNode, f *Form, status int) error {
	rev, f, err := c.settingsForm(n, f)
	if err != nil {
		return err
	}
	s := &communitiesScreen{Tabs: c.exchangeTabs("communities"), May: c.May(auth.ExchangeManage), Form: f, Fields: f.Fields(
		Field{Name: "base", Kind: "hidden"},
		Field{Name: "id", Label: c.T.T("exchange.community.id"), Required: true, Most: 64, Auto: "off", Hint: c.T.T("exchange.partner.id.hint")},
		Field{Name: "name", Label: c.T.T("exchange.community.name"), Most: partner.MaxText, Auto: "off"},
	)}
	for i := range rev.Communities {
		s.Communities = append(s.Communities, communityRowOf(&rev.Settings, &rev.Communities[i]))
	}
	return c.showExchange(Page{
		Template: "exchange-communities", Data: s, Status: status, Kicker: c.T.T("exchange.title"), Title: c.T.T("exchange.communities"), Lede: c.T.T("exchange.communities.lede"),
	})
}

func addCommunity(c *Call, n *exchangeNode) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	k := handling.Community{ID: f.Needed("id", 64), Name: f.Text("name", partner.MaxText)}
	name := nameOr(k.Name, k.ID)
	return c.carryOut(settling{
		n: n, f: f, why: "add community " + k.ID, what: c.T.T("exchange.settle.community", "name", name), back: "/desk/exchange/communities",
		place: "community " + k.ID, fields: []string{"id", "name"}, change: func(s *partner.Settings) error { return s.AddCommunity(k) },
		again:  func(status int) error { return c.communities(n, f, status) },
		object: "community " + k.ID, detail: "added", to: communityHref(k.ID), done: "exchange.community-added", args: []any{"name", name},
	})
}

// communityScreen is one community.
type communityScreen struct {
	communityRow
	Tabs   []tab
	May    bool
	Base   string
	Form   *Form
	Name   []Field
	Member []Field
}

func (c *Call) community(n *exchangeNode, f *Form, status int) error {
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return err
	}
	k := rev.Community(c.Path("id"))
	if k == nil {
		return noCommunity()
	}
	if f == nil {
		f = c.NewForm("name", k.Name)
	}
	if !f.Values.Has("name") {
		f.Values.Set("name", k.Name)
	}
	f.Values.Set("base", settingsMark(&rev.Settings))
	s := &communityScreen{communityRow: communityRowOf(&rev.Settings, k), Tabs: c.exchangeTabs("communities"), May: c.May(auth.ExchangeManage), Base: settingsMark(&rev.Settings), Form: f}
	who := []Option{{Word: c.T.T("desk.choose")}}
	for _, p := range rev.Partners {
		who = append(who, Option{Value: p.ID, Word: nameOr(p.Name, p.ID)})
	}
	s.Name = f.Fields(Field{Name: "base", Kind: "hidden"}, Field{Name: "name", Label: c.T.T("exchange.community.name"), Most: partner.MaxText, Auto: "off"})
	s.Member = f.Fields(
		Field{Name: "base", Kind: "hidden"},
		Field{Name: "partner", Label: c.T.T("exchange.member.partner"), Kind: "select", Required: true, Options: who},
		Field{Name: "clearance", Label: c.T.T("exchange.member.clearance"), Kind: "select", Required: true, Options: append([]Option{{Word: c.T.T("desk.choose")}}, levelOptions(clearances)...), Hint: c.T.T("exchange.member.clearance.hint")},
	)
	return c.showExchange(Page{
		Template: "exchange-community", Data: s, Status: status, Kicker: c.T.T("exchange.communities"), Title: s.Shown, Lede: c.T.T("exchange.community.lede", "n", len(k.Members)),
	})
}

// communityActs is what can be done to a community.
var communityActs = []string{"name", "member", "leave", "remove"}

func editCommunity(c *Call, n *exchangeNode) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	id := c.Path("id")
	var change func(*partner.Settings) error
	do := Choice(f, "do", communityActs)
	who := f.Text("partner", 64)
	switch do {
	case "name":
		name := f.Text("name", partner.MaxText)
		change = func(s *partner.Settings) error { s.Community(id).Name = name; return nil }
	case "member":
		level := f.level("clearance", clearances)
		if who == "" {
			f.Fault("partner", "needed")
		}
		change = func(s *partner.Settings) error { return s.SetMember(id, who, level) }
	case "leave":
		change = func(s *partner.Settings) error { return s.RemoveMember(id, who) }
	case "remove":
		change = func(s *partner.Settings) error { return s.RemoveCommunity(id) }
	default:
		return Bad("do", "it is not said what to do", "use the buttons of the page")
	}
	x := settling{
		n: n, f: f, why: "community " + id + ": " + do + " " + who, what: c.T.T("exchange.settle.community", "name", id), back: communityHref(id), place: "community " + id,
		fields: []string{"name", "partner", "clearance"}, change: func(s *partner.Settings) error {
			if s.Community(id) == nil {
				return noCommunity()
			}
			return change(s)
		},
		again:  func(status int) error { return c.community(n, f, status) },
		object: "community " + id, detail: do + " " + who, to: communityHref(id), done: "exchange.community-changed", args: []any{"name", id},
	}
	if do == "remove" {
		x.to, x.done = "/desk/exchange/communities", "exchange.community-removed"
	}
	return c.carryOut(x)
}

func noCommunity() error {
	return &entente.Error{Kind: entente.NotFound, Op: "exchange", Msg: "there is no community of that name", Hint: "the list shows those there are"}
}
