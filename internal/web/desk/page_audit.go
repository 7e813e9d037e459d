package desk

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"entente/internal/auth"
	"entente/internal/view"
)

var auditRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/audit", Action: auth.ReadAudit, Do: showAudit},
	{Method: http.MethodGet, Pattern: "/desk/audit.json", Action: auth.ReadAudit, Do: func(c *Call) error { return c.auditData("json") }},
	{Method: http.MethodGet, Pattern: "/desk/audit.csv", Action: auth.ReadAudit, Do: func(c *Call) error { return c.auditData("csv") }},
}

const auditPage = 100

// outcomes of an entry.
var outcomes = []auth.Outcome{auth.OK, auth.Failed, auth.Locked, auth.Refused}

// auditScreen is a page of the audit log.
type auditScreen struct {
	Filters []Field
	Entries []auth.Entry
	Pager   Pager
}

// auditAsk reads the filters of the address.
func (c *Call) auditAsk(limit int) (auth.EntryFilter, *Form, error) {
	ask, f := auth.EntryFilter{Limit: limit}, c.NewForm()
	for _, name := range []string{"who", "object", "action", "outcome", "since", "until", "before"} {
		v, err := c.Query(name, auth.MaxDetail)
		if err != nil {
			return ask, nil, err
		}
		f.Values.Set(name, v)
	}
	var err error
	ask.Who, ask.Object = f.Values.Get("who"), f.Values.Get("object")
	if ask.Action, err = QueryOf(c, "action", auth.Actions()); err != nil {
		return ask, nil, err
	}
	if ask.Outcome, err = QueryOf(c, "outcome", outcomes); err != nil {
		return ask, nil, err
	}
	for _, x := range []struct {
		name string
		at   *time.Time
		add  int
	}{{"since", &ask.Since, 0}, {"until", &ask.Until, 1}} {
		if s := f.Values.Get(x.name); s != "" {
			d, err := time.Parse(time.DateOnly, s)
			if err != nil {
				return ask, nil, Bad(x.name, "that is not a day", "write it as 2026-11-25")
			}
			*x.at = d.AddDate(0, 0, x.add) // the last day counts
		}
	}
	if s := f.Values.Get("before"); s != "" {
		if ask.Before, err = strconv.ParseInt(s, 10, 64); err != nil || ask.Before < 1 {
			return ask, nil, Bad("before", "that is no number of an entry", "follow the link to older ones")
		}
	}
	return ask, f, nil
}

// entries reads the audit log; the number to go on before is 0 at the end.
func (c *Call) entries(ask auth.EntryFilter) ([]auth.Entry, int64, error) {
	service, err := c.accounts()
	if err != nil {
		return nil, 0, err
	}
	list, err := service.Audit().Entries(c.Context(), ask)
	if err != nil || len(list) < ask.Rows() {
		return list, 0, err
	}
	return list, list[len(list)-1].ID, nil
}

func showAudit(c *Call) error {
	ask, f, err := c.auditAsk(auditPage)
	if err != nil {
		return err
	}
	list, next, err := c.entries(ask)
	if err != nil {
		return err
	}
	anyone := Option{Value: "", Word: c.T.T("desk.any")}
	screen := &auditScreen{Entries: list, Pager: c.pager("before", next), Filters: f.Fields(
		Field{Name: "who", Label: c.T.T("audit.who")},
		Field{Name: "action", Label: c.T.T("audit.action"), Kind: "select", Options: append([]Option{anyone}, OptionsOf(c, "action", auth.Actions())...)},
		Field{Name: "outcome", Label: c.T.T("audit.outcome"), Kind: "select", Options: append([]Option{anyone}, OptionsOf(c, "audit.outcome", outcomes)...)},
		Field{Name: "object", Label: c.T.T("audit.object")},
		Field{Name: "since", Label: c.T.T("audit.since"), Kind: "date"},
		Field{Name: "until", Label: c.T.T("audit.until"), Kind: "date"},
	)}
	return c.Show(Page{Template: "audit", Data: screen, Title: c.T.T("audit.title"), Lede: c.T.T("audit.lede"), Nav: "audit", Twins: []string{"json", "csv"}})
}

// AuditSchema names the shape of the audit log as JSON.
const AuditSchema = "entente.audit/1"

// entryData is one entry as JSON.
type entryData struct {
	ID      int64        `json:"id"`
	At      time.Time    `json:"at"`
	Who     string       `json:"who"`
	Action  auth.Action  `json:"action"`
	Object  string       `json:"object"`
	Outcome auth.Outcome `json:"outcome"`
	Detail  string       `json:"detail,omitempty"`
}

func (c *Call) auditData(form string) error {
	ask, _, err := c.auditAsk(auth.MaxEntries)
	if err != nil {
		return err
	}
	list, next, err := c.entries(ask)
	if err != nil {
		return err
	}
	t := view.Table{Name: "audit", Header: []string{"id", "at", "who", "action", "object", "outcome", "detail"}}
	data := []entryData{}
	for _, e := range list {
		data = append(data, entryData{e.ID, e.At, e.Who, e.Action, e.Object, e.Outcome, e.Detail})
		t.Rows = append(t.Rows, []string{strconv.FormatInt(e.ID, 10), e.At.Format(time.RFC3339Nano), e.Who, string(e.Action), e.Object, string(e.Outcome), e.Detail})
	}
	if err := c.Desk.Auth.Audit().Exported(c.Context(), "audit log", fmt.Sprintf("%s, %d entries", form, len(list))); err != nil {
		return err
	}
	return c.Data(form, struct {
		Schema  string      `json:"schema"`
		Entries []entryData `json:"entries"`
		Next    int64       `json:"next_before,omitempty"` // ask again with before=this for older ones
	}{AuditSchema, data, next}, t)
}
