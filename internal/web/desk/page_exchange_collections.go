package desk

import (
	"net/http"
	"net/url"

	"entente"
	"entente/internal/auth"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
)

var exchangeCollectionRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange/collections", Action: auth.ExchangeRead, Do: exchanging(func(c *Call, n *exchangeNode) error { return c.collections(n, nil, http.StatusOK) })},
	{Method: http.MethodPost, Pattern: "/desk/exchange/collections", Action: auth.ExchangeManage, Do: exchanging(addCollection)},
	{Method: http.MethodGet, Pattern: "/desk/exchange/collections/{id}", Action: auth.ExchangeRead, Examples: []string{"/desk/exchange/collections/none"}, Do: exchanging(func(c *Call, n *exchangeNode) error { return c.collection(n, nil, http.StatusOK) })},
	{Method: http.MethodPost, Pattern: "/desk/exchange/collections/{id}", Action: auth.ExchangeManage, Examples: []string{"/desk/exchange/collections/none"}, Do: exchanging(editCollection)},
}

func collectionHref(id string) string { return "/desk/exchange/collections/" + url.PathEscape(id) }

// collectionsScreen lists the collections.
type collectionsScreen struct {
	Tabs        []tab
	Collections []collectionRow
	May         bool
	Form        *Form
	Fields      []Field
}

// collectionRow is one collection.
type collectionRow struct {
	partner.Collection
	Href, Shown string
	Circles     []circleOf
	Who         []string // the writers, by name
}

func collectionRowOf(s *partner.Settings, k *partner.Collection) collectionRow {
	row := collectionRow{Collection: *k, Href: collectionHref(k.ID), Shown: collectionName(k)}
	names := partnerNames(s)
	for _, id := range k.Communities {
		name := id
		if x := s.Community(id); x != nil {
			name = nameOr(x.Name, id)
		}
		row.Circles = append(row.Circles, circleOf{Href: communityHref(id), Name: name})
	}
	for _, w := range k.Writers {
		row.Who = append(row.Who, nameOr(names[w], w))
	}
	return row
}

// collectionFields are named like the settings of a collection.
var collectionFields = []string{"title", "alias", "description", "ceiling", "communities", "writers", "closed"}

func (c *Call) collectionForm(f *Form, s *partner.Settings) []Field {
	var circles, writers []Option
	for i := range s.Communities {
		circles = append(circles, Option{Value: s.Communities[i].ID, Word: nameOr(s.Communities[i].Name, s.Communities[i].ID)})
	}
	for i := range s.Partners {
		writers = append(writers, Option{Value: s.Partners[i].ID, Word: nameOr(s.Partners[i].Name, s.Partners[i].ID)})
	}
	t := c.T.T
	list := []Field{
		{Name: "base", Kind: "hidden"},
		{Name: "title", Label: t("exchange.collection.name"), Required: true, Most: partner.MaxText, Auto: "off", Wide: true},
		{Name: "alias", Label: t("exchange.collection.alias"), Most: 64, Auto: "off", Hint: t("exchange.collection.alias.hint")},
		{Name: "ceiling", Label: t("exchange.collection.ceiling"), Kind: "select", Required: true, Options: append([]Option{{Word: t("desk.choose")}}, levelOptions(clearances)...), Hint: t("exchange.collection.ceiling.hint")},
		{Name: "description", Label: t("exchange.collection.about"), Most: partner.MaxText, Auto: "off", Wide: true},
	}
	if len(circles) > 0 {
		list = append(list, Field{Name: "communities", Label: t("exchange.collection.communities"), Kind: "checks", Options: circles})
	}
	if len(writers) > 0 {
		list = append(list, Field{Name: "writers", Label: t("exchange.collection.writers"), Kind: "checks", Options: writers})
	}
	return f.Fields(append(list, Field{Name: "closed", Label: t("exchange.collection.closed"), Kind: "checks", Options: []Option{{Value: "yes", Word: t("exchange.collection.closed.yes")}}})...)
}

func fillCollection(f *Form, k *partner.Collection) {
	f.Values.Set("title", k.Title)
	f.Values.Set("alias", k.Alias)
	f.Values.Set("description", k.Description)
	f.Values.Set("ceiling", k.Ceiling.String())
	f.Values["communities"], f.Values["writers"] = append([]string{}, k.Communities...), append([]string{}, k.Writers...)
	if k.Closed {
		f.Values.Set("closed", "yes")
	}
}

func readCollection(f *Form, s *partner.Settings, k *partner.Collection) {
	k.Title, k.Alias, k.Description = f.Needed("title", partner.MaxText), f.Text("alias", 64), f.Text("description", partner.MaxText)
	k.Ceiling, k.Closed = f.level("ceiling", clearances), f.Checked("closed")
	var circles, writers []string
	for i := range s.Communities {
		circles = append(circles, s.Communities[i].ID)
	}
	for i := range s.Partners {
		writers = append(writers, s.Partners[i].ID)
	}
	k.Communities, k.Writers = Choices(f, "communities", circles), Choices(f, "writers", writers)
	if k.Communities == nil {
		k.Communities = []string{}
	}
}

func (c *Call) collections(n *exchangeNode, f *Form, status int) error {
	rev, f, err := c.settingsForm(n, f)
	if err != nil {
		return err
	}
	s := &collectionsScreen{Tabs: c.exchangeTabs("collections"), May: c.May(auth.ExchangeManage), Form: f, Fields: c.collectionForm(f, &rev.Settings)}
	for i := range rev.Collections {
		s.Collections = append(s.Collections, collectionRowOf(&rev.Settings, &rev.Collections[i]))
	}
	return c.showExchange(Page{
		Template: "exchange-collections", Data: s, Status: status, Kicker: c.T.T("exchange.title"), Title: c.T.T("exchange.collections"), Lede: c.T.T("exchange.collections.lede"),
	})
}

func addCollection(c *Call, n *exchangeNode) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return err
	}
	// The id is made once, so that it is the same when the change is confirmed.
	id := f.Text("id", 64)
	if id == "" {
		id = partner.NewCollectionID()
		f.Values.Set("id", id)
	}
	k := partner.Collection{Collection: handling.Collection{ID: id}}
	readCollection(f, &rev.Settings, &k)
	name := collectionName(&k)
	return c.carryOut(settling{
		n: n, f: f, why: "add collection " + name, what: c.T.T("exchange.settle.collection", "name", name), back: "/desk/exchange/collections",
		place: "collection " + nameOr(k.Alias, k.ID), fields: collectionFields, change: func(s *partner.Settings) error { return s.AddCollection(k) },
		again:  func(status int) error { return c.collections(n, f, status) },
		object: "collection " + k.ID, detail: "added", to: collectionHref(k.ID), done: "exchange.collection-added", args: []any{"name", name},
	})
}

// collectionScreen is one collection.
type collectionScreen struct {
	collectionRow
	Tabs   []tab
	May    bool
	Base   string
	Form   *Form
	Fields []Field
	Loss   []lossRow
}

func (c *Call) collection(n *exchangeNode, f *Form, status int) error {
	rev, k, err := c.findCollection(n)
	if err != nil {
		return err
	}
	if f == nil {
		f = c.NewForm()
		fillCollection(f, k)
	}
	f.Values.Set("base", settingsMark(&rev.Settings))
	s := &collectionScreen{collectionRow: collectionRowOf(&rev.Settings, k), Tabs: c.exchangeTabs("collections"), May: c.May(auth.ExchangeManage), Base: settingsMark(&rev.Settings), Form: f}
	if s.May {
		s.Fields = c.collectionForm(f, &rev.Settings)
	}
	if s.Loss, err = c.loss(n, &rev.Settings, func(l *lossLine) bool { return l.Collection == k.ID }); err != nil {
		return err
	}
	return c.showExchange(Page{
		Template: "exchange-collection", Data: s, Status: status, Kicker: c.T.T("exchange.collections"), Title: s.Shown, Lede: k.Description,
	})
}

func (c *Call) findCollection(n *exchangeNode) (partner.Revision, *partner.Collection, error) {
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return rev, nil, err
	}
	k := rev.Collection(c.Path("id"))
	if k == nil {
		return rev, nil, noCollection()
	}
	return rev, k, nil
}

func noCollection() error {
	return &entente.Error{Kind: entente.NotFound, Op: "exchange", Msg: "there is no collection of that name", Hint: "the list shows those there are"}
}

func editCollection(c *Call, n *exchangeNode) error {
	rev, was, err := c.findCollection(n)
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	k, do := *was, Choice(f, "do", []string{"change", "remove"})
	switch do {
	case "change":
		readCollection(f, &rev.Settings, &k)
	case "remove":
	default:
		return Bad("do", "it is not said what to do", "use the buttons of the page")
	}
	name := collectionName(&k)
	x := settling{
		n: n, f: f, why: do + " collection " + name, what: c.T.T("exchange.settle.collection", "name", name), back: collectionHref(k.ID),
		place: "collection " + nameOr(k.Alias, k.ID), fields: collectionFields, change: func(s *partner.Settings) error {
			if do == "remove" {
				return s.RemoveCollection(k.ID)
			}
			at := s.Collection(k.ID)
			if at == nil {
				return noCollection()
			}
			*at = k
			return nil
		},
		again:  func(status int) error { return c.collection(n, f, status) },
		object: "collection " + k.ID, detail: do, to: collectionHref(k.ID), done: "exchange.collection-changed", args: []any{"name", name},
	}
	if do == "remove" {
		x.to, x.done = "/desk/exchange/collections", "exchange.collection-removed"
	}
	return c.carryOut(x)
}
