package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/view"
)

var logRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/log", Action: auth.ReadLog, Do: showLog},
	{Method: http.MethodGet, Pattern: "/desk/log.json", Action: auth.ReadLog, Do: func(c *Call) error { return c.logData("json") }},
	{Method: http.MethodGet, Pattern: "/desk/log.csv", Action: auth.ReadLog, Do: func(c *Call) error { return c.logData("csv") }},
	{Method: http.MethodGet, Pattern: "/desk/log/{seq}", Action: auth.ReadLog, Examples: []string{"/desk/log/1"}, Do: showCommit},
	{Method: http.MethodPost, Pattern: "/desk/log/{seq}/undo", Action: auth.RestoreRecord, Examples: []string{"/desk/log/1/undo"}, Do: undoCommit},
}

// logPage is how many commits a page shows; a twin gives the most that the store
// lists at once.
const logPage = 50

// logScreen is a page of the change log.
type logScreen struct {
	Filters []Field
	Entries []store.Entry
	Pager   Pager
}

// logAsk reads the filters of the address.
func (c *Call) logAsk(limit int) (store.LogQuery, *Form, error) {
	ask := store.LogQuery{Limit: limit}
	f := c.NewForm()
	for _, x := range []struct {
		name string
		most int
	}{{"who", 100}, {"kind", 64}, {"id", 1000}, {"since", 20}, {"before", 20}} {
		v, err := c.Query(x.name, x.most)
		if err != nil {
			return ask, nil, err
		}
		f.Values.Set(x.name, v)
	}
	ask.Who, ask.Record = f.Values.Get("who"), store.Key{Kind: f.Values.Get("kind"), ID: f.Values.Get("id")}
	if ask.Record.ID != "" && ask.Record.Kind == "" {
		return ask, nil, Bad("kind", "an id without a kind names no record", "choose the kind too")
	}
	if s := f.Values.Get("since"); s != "" {
		d, err := entente.ParseDate(s)
		if err != nil {
			return ask, nil, Bad("since", "that is not a date", "write it as 2026-11-25")
		}
		first := d.First()
		if ask.Since, err = time.Parse(time.DateOnly, first.String()); err != nil {
			return ask, nil, Bad("since", "that is not a date", "write it as 2026-11-25")
		}
	}
	if s := f.Values.Get("before"); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 1 {
			return ask, nil, Bad("before", "that is no number of a commit", "follow the link to older ones")
		}
		ask.Before = n
	}
	return ask, f, nil
}

func showLog(c *Call) error {
	ask, f, err := c.logAsk(logPage)
	if err != nil {
		return err
	}
	list, next, err := c.Desk.Bench.Log(c.Context(), c.User, ask)
	if err != nil {
		return err
	}
	kinds := []Option{{Value: "", Word: c.T.T("desk.any")}}
	for _, k := range allKinds() {
		kinds = append(kinds, Option{Value: k, Word: wordOr(c.T, "kind", k)})
	}
	screen := &logScreen{Entries: list, Filters: f.Fields(
		Field{Name: "who", Label: c.T.T("desk.log.who")},
		Field{Name: "kind", Label: c.T.T("desk.log.kind"), Kind: "select", Options: kinds},
		Field{Name: "id", Label: c.T.T("desk.log.id")},
		Field{Name: "since", Label: c.T.T("desk.log.since"), Kind: "date"},
	)}
	screen.Pager = c.pager("before", next)
	return c.Show(Page{Template: "log", Data: screen, Title: c.T.T("desk.log.title"), Lede: c.T.T("desk.log.lede"), Nav: "log", Twins: []string{"json", "csv"}})
}

// LogSchema names the shape of the change log as JSON.
const LogSchema = "entente.log/1"

func (c *Call) logData(form string) error {
	ask, _, err := c.logAsk(store.MaxList)
	if err != nil {
		return err
	}
	list, next, err := c.Desk.Bench.Log(c.Context(), c.User, ask)
	if err != nil {
		return err
	}
	t := view.Table{Name: "log", Header: []string{"commit", "at", "who", "via", "why", "changes", "kind", "id", "version", "state"}}
	for _, e := range list {
		for _, x := range e.Touched {
			t.Rows = append(t.Rows, []string{
				strconv.FormatInt(e.Seq, 10), e.At.Format(time.RFC3339Nano), e.Who, e.Via, e.Why, strconv.Itoa(e.Changes), x.Kind, x.ID, strconv.Itoa(x.Number), string(x.State),
			})
		}
	}
	return c.Data(form, struct {
		Schema  string        `json:"schema"`
		Entries []store.Entry `json:"entries"`
		Next    int64         `json:"next_before,omitempty"` // ask again with before=this for older ones
	}{LogSchema, list, next}, t)
}

// commitScreen is one commit.
type commitScreen struct {
	store.Entry
	Undo bool
	Form *Form
	Why  Field
}

// commit reads the commit that the address names, as far as the reader may see it.
func (c *Call) commit() (*store.Entry, error) {
	none := &entente.Error{Kind: entente.NotFound, Op: "log", Place: clipped(c.Path("seq")), Msg: "there is no such commit", Hint: "the change log lists them"}
	seq, err := strconv.ParseInt(c.Path("seq"), 10, 64)
	if err != nil || seq < 1 {
		return nil, none
	}
	list, _, err := c.Desk.Bench.Log(c.Context(), c.User, store.LogQuery{Before: seq + 1, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || list[0].Seq != seq {
		return nil, none
	}
	return &list[0], nil
}

func showCommit(c *Call) error { return c.showCommit(c.NewForm(), http.StatusOK) }

func (c *Call) showCommit(f *Form, status int) error {
	e, err := c.commit()
	if err != nil {
		return err
	}
	screen := &commitScreen{Entry: *e, Undo: c.May(auth.RestoreRecord), Form: f, Why: f.Fields(Field{Name: "why", Label: c.T.T("desk.record.why"), Required: true, Most: 300, Wide: true})[0]}
	return c.Show(Page{
		Template: "commit", Data: screen, Status: status, Nav: "log", Kicker: c.T.T("desk.log.title"), Title: c.T.T("desk.commit.title", "seq", e.Seq),
		Lede: c.T.T("desk.commit.lede", "who", e.Who, "when", instant(c.T, e.At), "n", e.Changes),
	})
}

// undoCommit takes a whole commit back, if the reader sees all of it.
func undoCommit(c *Call) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	why := form.Needed("why", maxWhy)
	if !form.OK() {
		return c.showCommit(form, http.StatusBadRequest)
	}
	e, err := c.commit()
	if err != nil {
		return err
	}
	all, err := c.Desk.Store.Log(c.Context(), store.LogQuery{Before: e.Seq + 1, Limit: 1})
	if err != nil {
		return err
	}
	if len(all) == 0 || all[0].Seq != e.Seq || all[0].Changes != len(e.Touched)+e.More {
		return &entente.Error{Kind: entente.Denied, Op: "undo", Msg: "the commit also changed records that you may not see", Hint: "restore the records one by one"}
	}
	commit, err := c.Desk.Store.Undo(c.Context(), store.Reason{Who: c.User.Name, Why: why, Via: "undo"}, e.Seq)
	if err != nil {
		status := auth.StatusOf(err)
		if err := form.Refuse(err, "why"); err != nil {
			return err
		}
		return c.showCommit(form, status)
	}
	wrote, err := c.Desk.Store.Log(c.Context(), store.LogQuery{Before: commit.Seq + 1, Limit: 1})
	if err != nil {
		return err
	}
	if len(wrote) == 1 && wrote[0].Seq == commit.Seq {
		if err := c.audited(c.Context(), commit, wrote[0].Touched); err != nil {
			return err
		}
	}
	return c.Done("/desk/log/"+strconv.FormatInt(commit.Seq, 10), "undone", "seq", e.Seq)
}

// Pager leads to the pages before and after.
type Pager struct{ Newest, Older string }

// pager makes the links of a list that goes on behind a number; 0 is the end.
func (c *Call) pager(name string, next int64) Pager {
	var p Pager
	q := c.R.URL.Query()
	if q.Get(name) != "" {
		p.Newest = c.R.URL.Path + queryWith(q, name, "")
	}
	if next > 0 {
		p.Older = c.R.URL.Path + queryWith(q, name, fmt.Sprint(next))
	}
	return p
}

// queryWith is a query with one value set, or taken out.
func queryWith(q url.Values, name, value string) string {
	out := url.Values{}
	for k, v := range q {
		if k != name && strings.Join(v, "") != "" {
			out[k] = v
		}
	}
	if value != "" {
		out.Set(name, value)
	}
	if len(out) == 0 {
		return ""
	}
	return "?" + out.Encode()
}
