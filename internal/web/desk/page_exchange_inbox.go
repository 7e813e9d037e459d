package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"entente"
	"entente/internal/auth"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/partner"
	"entente/internal/workbench"
)

var exchangeInboxRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange/inbox", Action: auth.ExchangeRead, Do: exchanging(func(c *Call, n *exchangeNode) error { return c.inbox(n, nil, http.StatusOK) })},
	{Method: http.MethodPost, Pattern: "/desk/exchange/inbox", Action: auth.ExchangeDecide, Do: exchanging(decideInbox)},
	{Method: http.MethodGet, Pattern: "/desk/exchange/inbox/{n}", Action: auth.ExchangeRead, Examples: []string{"/desk/exchange/inbox/1"}, Do: exchanging(showInboxItem)},
	{Method: http.MethodPost, Pattern: "/desk/exchange/inbox/{n}/merge", Action: auth.ExchangeDecide, Examples: []string{"/desk/exchange/inbox/1/merge"}, Do: exchanging(mergeInbox)},
}

// inboxPage is how many items a page shows.
const inboxPage = 50

// maxDecided bounds the items of one decision.
const maxDecided = 500

func inboxHref(partner string, state inbox.State) string {
	return "/desk/exchange/inbox?partner=" + url.QueryEscape(partner) + "&state=" + url.QueryEscape(string(state))
}

func itemHref(n int64) string { return "/desk/exchange/inbox/" + strconv.FormatInt(n, 10) }

// inboxScreen is a page of what partners sent.
type inboxScreen struct {
	Tabs    []tab
	Filters []Field
	Form    *Form
	Action  string
	Items   []inboxRow
	May     bool // decide
	TickAll string
	Asked   bool
	Pager   Pager
}

// inboxRow is one item.
type inboxRow struct {
	inbox.Item
	Href, Value string
	On          bool
	From        string // the partner, by name
	What        string // the record, or the type of the object
	Name        string // what an object without a record calls itself
	Strict      bool   // RED
}

func (c *Call) inboxRow(names map[string]string, it inbox.Item, f *Form) inboxRow {
	v := strconv.FormatInt(it.N, 10)
	row := inboxRow{Item: it, Href: itemHref(it.N), Value: v, From: nameOr(names[it.Partner], it.Partner), What: foreign(nameOr(it.Record, it.Type)), Strict: it.Level >= handling.Red}
	row.On = f != nil && slices.Contains(f.Values["n"], v)
	return row
}

// inboxAsk reads the filters of the address; the state is "new" unless another is
// asked for.
func (c *Call) inboxAsk() (inbox.Ask, *Form, error) {
	ask := inbox.Ask{Limit: inboxPage + 1}
	f, err := c.fieldsFromQuery(maxWord, "partner", "state", "type")
	if err != nil {
		return ask, nil, err
	}
	state := f.Values.Get("state")
	switch {
	case state == "all":
	case state == "":
		f.Values.Set("state", string(inbox.New))
		ask.States = []inbox.State{inbox.New}
	case slices.Contains(inbox.States, inbox.State(state)):
		ask.States = []inbox.State{inbox.State(state)}
	default:
		return ask, nil, Bad("state", "the value is not in the list", "choose one from the list")
	}
	ask.Partner, ask.Type = f.Values.Get("partner"), f.Values.Get("type")
	before, err := c.Query("before", 20)
	if err != nil {
		return ask, nil, err
	}
	if before != "" {
		if ask.Before, err = strconv.ParseInt(before, 10, 64); err != nil || ask.Before < 1 {
			return ask, nil, Bad("before", "that is no number of an item", "follow the link to older ones")
		}
	}
	return ask, f, nil
}

// inboxFields are the filters.
func (c *Call) inboxFields(f *Form, s *partner.Settings) []Field {
	who := []Option{{Word: c.T.T("exchange.inbox.anybody")}}
	for _, p := range s.Partners {
		who = append(who, Option{Value: p.ID, Word: nameOr(p.Name, p.ID)})
	}
	states := append(OptionsOf(c, "exchange-item", inbox.States), Option{Value: "all", Word: c.T.T("exchange.inbox.all")})
	return f.Fields(
		Field{Name: "partner", Label: c.T.T("exchange.inbox.partner"), Kind: "select", Options: who},
		Field{Name: "state", Label: c.T.T("exchange.inbox.state"), Kind: "select", Options: states},
		Field{Name: "type", Label: c.T.T("exchange.inbox.type"), Most: 60, Auto: "off", Hint: c.T.T("exchange.inbox.type.hint")},
	)
}

// inbox shows a page of what partners sent; f is a decision that could not be
// taken.
func (c *Call) inbox(n *exchangeNode, f *Form, status int) error {
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return err
	}
	ask, filters, err := c.inboxAsk()
	if err != nil {
		return err
	}
	list, err := n.Inbox.List(c.Context(), ask)
	if err != nil {
		return err
	}
	query := c.R.URL.Query()
	s := &inboxScreen{Tabs: c.exchangeTabs("inbox"), Form: f, May: c.May(auth.ExchangeDecide), Asked: len(query) > 0, Action: "/desk/exchange/inbox" + queryWith(query, "tick", ""), TickAll: "/desk/exchange/inbox" + queryWith(query, "tick", "all")}
	if len(list) > inboxPage {
		list = list[:inboxPage]
		s.Pager.Older = "/desk/exchange/inbox" + queryWith(query, "before", strconv.FormatInt(list[inboxPage-1].N, 10))
	}
	if ask.Before != 0 {
		s.Pager.Newest = "/desk/exchange/inbox" + queryWith(query, "before", "")
	}
	if s.Form == nil {
		s.Form = c.NewForm()
		if query.Get("tick") == "all" {
			for _, it := range list {
				s.Form.Values.Add("n", strconv.FormatInt(it.N, 10))
			}
		}
	}
	names := partnerNames(&rev.Settings)
	for _, it := range list {
		row := c.inboxRow(names, it, s.Form)
		if it.Record == "" && (it.Level < handling.Red || s.May) {
			whole, err := n.Inbox.Get(c.Context(), it.N)
			if err != nil {
				return err
			}
			if o, err := whole.Body(); err == nil { // what cannot be read has no name
				row.Name = nameOf(o)
			}
		}
		s.Items = append(s.Items, row)
	}
	s.Filters = c.inboxFields(filters, &rev.Settings)
	return c.showExchange(Page{
		Template: "exchange-inbox", Data: s, Status: status, Kicker: c.T.T("exchange.title"), Title: c.T.T("exchange.inbox"), Lede: c.T.T("exchange.inbox.lede"),
	})
}

// inboxActs is what the buttons say.
var inboxActs = []string{"look", "needed", "accept", "publish", "reject"}

// decideInbox looks at what the ticked items would become, or decides on them.
func decideInbox(c *Call, n *exchangeNode) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	do := Choice(f, "do", inboxActs)
	ns, err := itemNumbers(f)
	if err != nil {
		return err
	}
	reason := f.Long("reason", workbench.MaxLong)
	switch {
	case do == "":
		return Bad("do", "it is not said what to do", "use the buttons of the page")
	case len(ns) == 0:
		f.Fault("", "exchange-none-ticked")
	case do == "reject" && reason == "":
		f.Fault("reason", "needed")
	case do == "publish" && !c.May(auth.Publish):
		return &entente.Error{Kind: entente.Denied, Op: "accept", Msg: "you may not publish", Hint: "accept it for review"}
	}
	if !f.OK() {
		if len(ns) == 0 {
			return c.inbox(n, f, http.StatusBadRequest)
		}
		return c.inboxPreview(n, ns, f, http.StatusBadRequest)
	}
	how := inbox.How{Who: c.User.Name, Why: reason, Publish: do == "publish", Widely: f.Checked("widely")}
	var done *inbox.Done
	switch do {
	case "look":
		return c.inboxPreview(n, ns, c.NewForm(), http.StatusOK)
	case "needed":
		all, err := n.Inbox.WithNeeded(c.Context(), ns)
		if err != nil {
			return err
		}
		return c.inboxPreview(n, all, c.NewForm(), http.StatusOK)
	case "reject":
		err = n.Inbox.Reject(c.Context(), how, ns...)
	default:
		done, err = n.Inbox.Accept(c.Context(), how, ns...)
	}
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.refuseAll(err, "reason"); err != nil {
			return err
		}
		return c.inboxPreview(n, ns, f, status)
	}
	if err := c.auditExchange(auth.ExchangeDecide, "inbox", do+" "+strconv.Itoa(len(ns))); err != nil {
		return err
	}
	if do == "reject" {
		return c.Done("/desk/exchange/inbox", "exchange.rejected", "n", len(ns))
	}
	return c.Done("/desk/exchange/inbox", "exchange.accepted", "n", len(done.Written), "kept", done.Kept, "retired", len(done.Retired))
}

// itemNumbers reads the ticked items.
func itemNumbers(f *Form) ([]int64, error) {
	var out []int64
	for _, v := range f.Values["n"] {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 1 {
			return nil, Bad("n", "that is no number of an item", "load the page again")
		}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	if len(out) > maxDecided {
		return nil, Bad("n", "that is too much at once", "at most "+strconv.Itoa(maxDecided))
	}
	return out, nil
}
