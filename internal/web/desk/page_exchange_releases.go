package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente/internal/auth"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

var exchangeReleaseRoutes = slices.Concat([]Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange/releases", Action: auth.ExchangeRead, Do: exchanging(showReleases)},
}, exchangeShareRoutes, exchangeObjectRoutes)

func objectHref(id stix.ID) string { return "/desk/exchange/objects/" + url.PathEscape(string(id)) }

// releasesScreen is what lies where, and what each partner gets of it.
type releasesScreen struct {
	Tabs    []tab
	May     bool // share
	Loss    []lossRow
	Filters []Field
	Asked   bool
	Entries []entryRow
	Hidden  int // marks and definitions on this page
	Pager   Pager
}

// lossLine is the account of a partner and a collection.
type lossLine = shelf.Line

// lossRow is that account in words.
type lossRow struct {
	lossLine
	Who, Where  string
	WhoHref     string
	WhereHref   string
	Withholding []reasonCount
	Sum         bool // the figures add up
}

// reasonCount is how many objects are withheld for a reason.
type reasonCount struct {
	Word string
	N    int
}

// loss is the account of every partner and collection that fits.
func (c *Call) loss(n *exchangeNode, s *partner.Settings, fits func(*lossLine) bool) ([]lossRow, error) {
	list, err := n.Shelf.Loss(c.Context())
	if err != nil {
		return nil, err
	}
	names := partnerNames(s)
	var out []lossRow
	for i := range list {
		l := &list[i]
		if !fits(l) {
			continue
		}
		row := lossRow{lossLine: *l, Who: nameOr(names[l.Partner], l.Partner), Where: l.Collection, WhoHref: partnerHref(l.Partner), WhereHref: collectionHref(l.Collection)}
		if k := s.Collection(l.Collection); k != nil {
			row.Where = collectionName(k)
		}
		total := l.Allowed
		for _, code := range sortedKeys(l.Withheld) {
			row.Withholding = append(row.Withholding, reasonCount{c.reason(code), l.Withheld[code]})
			total += l.Withheld[code]
		}
		row.Sum = total == l.Lying
		out = append(out, row)
	}
	return out, nil
}

// reason puts the code of a reason, or of several joined by "+", into words.
func (c *Call) reason(code string) string {
	var words []string
	for one := range strings.SplitSeq(code, "+") {
		words = append(words, wordOr(c.T, "exchange-reason", one))
	}
	return c.T.List(words)
}

func sortedKeys(m map[string]int) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// entryRow is one version of an object in a collection.
type entryRow struct {
	shelf.Entry
	Href, Where string
	Name        string // what it is, in words
	From        string // the partner from whom it came; empty for one's own
	AddedAt     time.Time
}

const releasesPage = 50

func showReleases(c *Call, n *exchangeNode) error {
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return err
	}
	s := &releasesScreen{Tabs: c.exchangeTabs("releases"), May: c.May(auth.ExchangeShare), Asked: len(c.R.URL.Query()) > 0}
	if s.Loss, err = c.loss(n, &rev.Settings, func(*lossLine) bool { return true }); err != nil {
		return err
	}
	ask, f, err := c.releasesAsk(&rev.Settings)
	if err != nil {
		return err
	}
	list, err := n.Shelf.Find(c.Context(), ask)
	if err != nil {
		return err
	}
	query := c.R.URL.Query()
	if len(list) > releasesPage {
		list = list[:releasesPage]
		last := list[releasesPage-1]
		s.Pager.Older = "/desk/exchange/releases" + queryWith(query, "after", last.Collection+" "+strconv.FormatInt(int64(last.Added), 10))
	}
	if query.Get("after") != "" {
		s.Pager.Newest = "/desk/exchange/releases" + queryWith(query, "after", "")
	}
	names := partnerNames(&rev.Settings)
	for _, e := range list {
		if travels(e.ID) && ask.Type == "" {
			s.Hidden++
			continue
		}
		row := entryRowOf(&rev.Settings, names, e)
		row.Name = c.nameOn(n, e.ID, e.Version, e.Level)
		s.Entries = append(s.Entries, row)
	}
	s.Filters = c.releasesFields(f, &rev.Settings)
	return c.showExchange(Page{
		Template: "exchange-releases", Data: s, Kicker: c.T.T("exchange.title"), Title: c.T.T("exchange.releases"), Lede: c.T.T("exchange.releases.lede"),
	})
}

func entryRowOf(s *partner.Settings, names map[string]string, e shelf.Entry) entryRow {
	row := entryRow{Entry: e, Href: objectHref(e.ID), Where: e.Collection, AddedAt: e.Added.Time()}
	if k := s.Collection(e.Collection); k != nil {
		row.Where = collectionName(k)
	}
	if e.Origin != "" {
		row.From = nameOr(names[e.Origin], e.Origin)
	}
	return row
}

func (c *Call) releasesAsk(s *partner.Settings) (shelf.Ask, *Form, error) {
	ask := shelf.Ask{Newest: true, Limit: releasesPage + 1}
	f, err := c.fieldsFromQuery(maxWord, "collection", "type", "level", "withdrawn")
	if err != nil {
		return ask, nil, err
	}
	if name := f.Values.Get("collection"); name != "" {
		k := s.Collection(name)
		if k == nil {
			return ask, nil, Bad("collection", "there is no such collection", "choose one from the list")
		}
		ask.Collection = k.ID
	}
	ask.Type = f.Values.Get("type")
	if w := f.Values.Get("level"); w != "" {
		if ask.Level, err = handling.ParseTLP(w); err != nil {
			return ask, nil, Bad("level", "there is no such level", "choose one from the list")
		}
	}
	ask.Revoked = f.Values.Get("withdrawn") != ""
	after, err := c.Query("after", 200)
	if err != nil {
		return ask, nil, err
	}
	if after != "" {
		place, stamp, ok := strings.Cut(after, " ")
		n, err := strconv.ParseInt(stamp, 10, 64)
		if !ok || err != nil {
			return ask, nil, Bad("after", "that is no place in the list", "follow the link to the next page")
		}
		ask.AfterCollection, ask.After = place, taxii.Stamp(n)
	}
	return ask, f, nil
}

func (c *Call) releasesFields(f *Form, s *partner.Settings) []Field {
	places := []Option{{Word: c.T.T("exchange.releases.anywhere")}}
	for i := range s.Collections {
		places = append(places, Option{Value: s.Collections[i].ID, Word: collectionName(&s.Collections[i])})
	}
	return f.Fields(
		Field{Name: "collection", Label: c.T.T("exchange.share.collection"), Kind: "select", Options: places},
		Field{Name: "level", Label: c.T.T("exchange.level"), Kind: "select", Options: append([]Option{{Word: c.T.T("exchange.releases.anylevel")}}, levelOptions(handling.Levels)...)},
		Field{Name: "type", Label: c.T.T("exchange.inbox.type"), Most: 60, Auto: "off"},
		Field{Name: "withdrawn", Label: c.T.T("exchange.releases.withdrawn"), Kind: "checks", Options: []Option{{Value: "yes", Word: c.T.T("exchange.releases.withdrawn.only")}}},
	)
}
