package desk

import (
	"net/http"
	"slices"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/workbench"
)

var queueRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/queue", Action: auth.ReadDrafts, Do: func(c *Call) error { return c.queue(inReviewQueue, nil, http.StatusOK) }},
	{Method: http.MethodPost, Pattern: "/desk/queue", Action: auth.Review, Do: func(c *Call) error { return c.decide(inReviewQueue) }},
	{Method: http.MethodGet, Pattern: "/desk/drafts", Action: auth.Code, Do: func(c *Call) error { return c.queue(draftsQueue, nil, http.StatusOK) }},
	{Method: http.MethodPost, Pattern: "/desk/drafts", Action: auth.Code, Do: func(c *Call) error { return c.decide(draftsQueue) }},
}

// queueKind is one of the two lists of records on their way to the public.
type queueKind string

const (
	inReviewQueue queueKind = "review"
	draftsQueue   queueKind = "drafts" // the reader's own
)

func (q queueKind) href() string {
	if q == inReviewQueue {
		return "/desk/queue"
	}
	return "/desk/drafts"
}

// queuePage is how many records a page of the queue shows.
const queuePage = 50

// queueScreen is a page of records that wait.
type queueScreen struct {
	Tabs    []tab
	Kind    queueKind
	Href    string // of the list without filters
	Action  string // where the decision goes, with the filters
	Filters []Field
	Items   []queueItem
	Form    *Form
	Reason  Field
	Acts    []queueAct
	TickAll string // address of the page with every box ticked
	Pager   Pager
	Asked   bool
	*choices
}

// queueAct is a button of the queue.
type queueAct struct {
	Do, Word string
	Primary  bool
}

// queueItem is one record that waits.
type queueItem struct {
	workbench.Item
	Brief   brief
	ID      string // of the element
	Value   string // of the box
	On      bool
	By      string // whose work it is, in words
	Needs   []Link
	Changes []Side // what an edit of a published record changes
	Fault   string
}

// queueFilters are the settings of the address.
var queueFilters = []string{"kind", "state", "actor", "proposition", "source", "coder", "words", "accepted", "own"}

// yesNo are the choices of a filter that asks for one side.
var yesNo = []string{"yes", "no"}

// queueAsk reads the filters.
func (c *Call) queueAsk(q queueKind, x *choices) (workbench.QueueFilter, *Form, error) {
	ask := workbench.QueueFilter{Limit: queuePage}
	f, err := c.fieldsFromQuery(maxWord, queueFilters...)
	if err != nil {
		return ask, nil, err
	}
	v := f.Values.Get
	if k := v("kind"); k != "" {
		if !slices.Contains(datapackage.Tables(), k) || k == workbench.KindQuotation {
			return ask, nil, Bad("kind", "there is no such kind of record", "choose one from the list")
		}
		ask.Kinds = []string{k}
	}
	ask.States = []store.State{store.InReview}
	if q == draftsQueue {
		ask.States, ask.Facets.Coder = []store.State{store.Draft}, c.User.Name
	} else if s, err := QueryOf(c, "state", []store.State{store.InReview, store.Draft}); err != nil {
		return ask, nil, err
	} else if s != "" {
		ask.States = []store.State{s}
	}
	if word := v("actor"); word != "" {
		id, ok := x.actor(word)
		if !ok {
			f.Fault("actor", "actor")
		}
		ask.Facets.Actor = string(id)
	}
	if word := v("proposition"); word != "" {
		id, ok := x.proposition(word)
		if !ok {
			f.Fault("proposition", "proposition")
		}
		ask.Facets.Proposition = string(id)
	}
	ask.Facets.Source, ask.Words = v("source"), v("words")
	if q == inReviewQueue && v("coder") != "" {
		ask.Facets.Coder = v("coder")
	}
	for _, b := range []struct {
		name string
		at   **bool
	}{{"accepted", &ask.Accepted}, {"own", &ask.Own}} {
		w, err := QueryOf(c, b.name, yesNo)
		if err != nil {
			return ask, nil, err
		}
		if w != "" {
			yes := w == "yes"
			*b.at = &yes
		}
	}
	after, err := c.Query("after", maxID)
	if err != nil {
		return ask, nil, err
	}
	if after != "" && ask.Words == "" {
		ask.After = ParseKey(after)
	}
	return ask, f, nil
}

// queue shows one of the lists; f is what was decided and could not be done.
func (c *Call) queue(q queueKind, f *Form, status int) error {
	x, err := c.choices()
	if err != nil {
		return err
	}
	ask, filters, err := c.queueAsk(q, x)
	if err != nil {
		return err
	}
	s := &queueScreen{Tabs: c.reviewTabs(string(q)), Kind: q, Href: q.href(), Form: f, Asked: len(c.R.URL.Query()) > 0, choices: x}
	var list []workbench.Item
	var next store.Key
	if filters.OK() {
		if list, next, err = c.Desk.Bench.Queue(c.Context(), c.User, ask); err != nil {
			return err
		}
	}
	if f == nil {
		s.Form = c.NewForm()
		tick, err := c.Query("tick", 8)
		if err != nil {
			return err
		}
		for i := range list {
			if tick == "all" {
				s.Form.Values.Add("record", seenValue(list[i].Seen))
			}
		}
	}
	for i := range list {
		it, err := c.queueItem(&list[i], s.Form)
		if err != nil {
			return err
		}
		s.Items = append(s.Items, it)
	}
	s.Filters = c.queueFields(q, filters)
	query := c.R.URL.Query()
	s.Action = q.href() + queryWith(query, "tick", "")
	s.TickAll = q.href() + queryWith(query, "tick", "all")
	if next != (store.Key{}) {
		s.Pager.Older = q.href() + queryWith(query, "after", next.String())
	}
	if ask.After != (store.Key{}) {
		s.Pager.Newest = q.href() + queryWith(query, "after", "")
	}
	s.Acts = c.queueActs(q)
	s.Reason = s.Form.Fields(Field{Name: "reason", Label: c.T.T("review.reason"), Hint: c.T.T("review.reason.hint." + string(q)), Kind: "textarea", Rows: 1, Wide: true})[0]
	return c.Show(Page{
		Template: "queue", Data: s, Status: status, Title: c.T.T("review." + string(q) + ".title"), Lede: c.T.T("review." + string(q) + ".lede"), Nav: "review",
		Islands: []string{"actorpicker"}, Styles: []string{reviewStyle},
	})
}

// decide does with the ticked records what the pressed button says.
func (c *Call) decide(q queueKind) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	seen := readSeen(f, "record")
	reason := f.Long("reason", workbench.MaxLong)
	do := f.Values.Get("do")
	if !slices.ContainsFunc(c.queueActs(q), func(a queueAct) bool { return a.Do == do }) {
		f.Fault("", "no-act")
	}
	if (do == "return" || do == "retire") && reason == "" {
		f.Fault("reason", "needed")
	}
	if !f.OK() {
		return c.queue(q, f, http.StatusBadRequest)
	}
	to := q.href() + queryWith(c.R.URL.Query(), "after", "")
	bench, ctx := c.Desk.Bench, c.Context()
	switch do {
	case "submit":
		if _, err = bench.Submit(ctx, c.User, seen...); err == nil {
			return c.Done(to, "submitted", "n", len(seen))
		}
	case "return":
		if _, err = bench.Return(ctx, c.User, reason, seen...); err == nil {
			return c.Done(to, "returned", "n", len(seen))
		}
	case "retire":
		if _, err = bench.Retire(ctx, c.User, reason, seen...); err == nil {
			return c.Done(to, "retired", "n", len(seen))
		}
	default:
		var a *workbench.Approval
		if a, err = bench.Approve(ctx, c.User, do == "publish", seen...); err == nil {
			key := "accepted"
			if do == "publish" {
				if key = "published"; len(a.Along) > 0 {
					key = "published-along"
				}
			}
			return c.Done(to, key, "n", len(seen), "along", len(a.Along))
		}
	}
	status := auth.StatusOf(err)
	if err := f.refuseEach(err, "reason"); err != nil {
		return err
	}
	// What has moved on is not ticked any more: it is to be looked at again.
	f.Values["record"] = slices.DeleteFunc(f.Values["record"], func(v string) bool {
		_, key, _ := strings.Cut(v, ":")
		return entente.KindOf(err) == entente.Conflict && f.Faults["record "+key] != ""
	})
	return c.queue(q, f, status)
}
