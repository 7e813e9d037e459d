package desk

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
)

// exchangeRoutes are the pages of the exchange with partners, a part of it after
// another.
var exchangeRoutes = slices.Concat(exchangeStartRoutes, exchangePartnerRoutes, exchangeCredentialRoutes, exchangeDealingRoutes, exchangeCircleRoutes, exchangeInboxRoutes, exchangeSealedRoutes, exchangeReceiptRoutes, exchangeLogRoutes)

// exchangePages are the pages of the area.
var exchangePages = []struct {
	name, href string
	action     auth.Action
}{
	{"start", "/desk/exchange", auth.ExchangeRead},
	{"inbox", "/desk/exchange/inbox", auth.ExchangeRead},
	{"releases", "/desk/exchange/releases", auth.ExchangeRead},
	{"receipts", "/desk/exchange/receipts", auth.ExchangeRead},
	{"partners", "/desk/exchange/partners", auth.ExchangeRead},
	{"communities", "/desk/exchange/communities", auth.ExchangeRead},
	{"collections", "/desk/exchange/collections", auth.ExchangeRead},
	{"log", "/desk/exchange/log", auth.ExchangeRead},
}

// exchangeTabs lists the pages of the area that the reader may see.
func (c *Call) exchangeTabs(current string) []tab {
	var out []tab
	for _, p := range exchangePages {
		if c.May(p.action) && c.Desk.leads(p.href) {
			out = append(out, tab{p.href, c.T.T("exchange.tab." + p.name), p.name == current})
		}
	}
	return out
}

// exchanging is a page of the exchange: on a server without a node it says so.
func exchanging(do func(*Call, *exchangeNode) error) func(*Call) error {
	return func(c *Call) error {
		n := c.Desk.Node
		switch {
		case n != nil:
			return do(c, n)
		case c.R.Method == http.MethodGet || c.R.Method == http.MethodHead:
			return c.Show(Page{Template: "exchange-none", Data: noNodeScreen{}, Title: c.T.T("exchange.title"), Lede: c.T.T("exchange.none.lede"), Nav: "exchange"})
		}
		return &entente.Error{Kind: entente.NotFound, Op: "exchange", Msg: "this server takes part in no exchange", Hint: "start it with the folder of a node: entente serve --node DIR"}
	}
}

// noNodeScreen says that there is no exchange here.
type noNodeScreen struct{}

// showExchange writes a page of the exchange.
func (c *Call) showExchange(p Page) error {
	if p.Nav == "" {
		p.Nav = "exchange"
	}
	p.Styles = append(p.Styles, reviewStyle, "exchange.css")
	return c.Show(p)
}

// clearances are the levels up to which a partner can be trusted, ceilings those
// up to which something can lie in a collection: never RED.
var clearances = handling.Levels[:4]

// levelOptions are the choices of a level.
func levelOptions(levels []handling.TLP) []Option {
	out := make([]Option, len(levels))
	for i, l := range levels {
		out[i] = Option{Value: l.String(), Word: "TLP:" + l.String()}
	}
	return out
}

// level reads a level; what is not in the list is a fault of the form.
func (f *Form) level(name string, levels []handling.TLP) handling.TLP {
	s := strings.TrimSpace(f.Values.Get(name))
	l, err := handling.ParseTLP(s)
	if s == "" {
		f.Fault(name, "needed")
		return 0
	}
	if err != nil || !slices.Contains(levels, l) {
		f.Fault(name, "choice")
		return 0
	}
	return l
}

// partnerNames are the names of the partners for people, by id.
func partnerNames(s *partner.Settings) map[string]string {
	out := map[string]string{}
	for _, p := range s.Partners {
		out[p.ID] = nameOr(p.Name, p.ID)
	}
	return out
}

// nameOr gives the name of something, or its id.
func nameOr(name, id string) string {
	if name != "" {
		return name
	}
	return id
}

// collectionName is what a collection is called for people.
func collectionName(c *partner.Collection) string {
	if c.Title != "" {
		return c.Title
	}
	return nameOr(c.Alias, c.ID)
}

// linesOf splits what somebody typed into lines, the empty ones left out.
func linesOf(s string) (out []string) {
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// dayOf writes a day as the browser's date field takes it; "" for none.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// refuseAll is Refuse for an error that may be many at once: they stand above the
// form, the first few in words.
func (f *Form) refuseAll(err error, fields ...string) error {
	list, ok := err.(entente.Errors) //nolint:errorlint // as the packages give it
	if !ok {
		return f.Refuse(err, fields...)
	}
	var words []string
	for i, one := range list {
		e := asEntente(one)
		if e == nil {
			return err
		}
		if i < 5 {
			w := sentence(e.Msg)
			if e.Place != "" {
				w = e.Place + ": " + w
			}
			if e.Hint != "" {
				w += " " + sentence(e.Hint)
			}
			words = append(words, w)
		}
	}
	if more := len(list) - len(words); more > 0 {
		words = append(words, f.t.T("exchange.more", "n", more))
	}
	f.say("", strings.Join(words, " "))
	return nil
}
