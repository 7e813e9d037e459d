package desk

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strconv"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

var recordRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/records/{kind}/{id...}", Action: auth.ReadLog, Examples: []string{"/desk/records/actors/est"}, Do: showRecord},
	{Method: http.MethodPost, Pattern: "/desk/records/{kind}/{id...}", Action: auth.RestoreRecord, Examples: []string{"/desk/records/actors/est"}, Do: restoreRecord},
}

// recordParts are what other areas add to the page of a record: comments, for
// one. Each gives HTML or nothing.
var recordParts = []func(*Call, *store.Version) (template.HTML, error){talkPart, exchangePart}

// recordScreen is the history of one record.
type recordScreen struct {
	Key      store.Key
	Versions []versionRow
	Pair     *pairScreen
	Form     *Form
	Restore  bool // the reader may bring back a version
	Base     int
	Conflict *Conflict
	Public   string // the page that shows it in public
	Parts    []template.HTML
}

// versionRow is one version with what it changed.
type versionRow struct {
	*store.Version
	Private  bool
	Latest   bool
	Public   bool // the version that the public pages show
	From     int  // the version that it is compared with, 0 for the first
	Changes  []Side
	NewState bool
	Before   store.State
	Why      Field // of restoring it
}

// pairScreen is two versions side by side, all fields.
type pairScreen struct {
	From, To *store.Version
	Sides    []Side
	Fields   []Field // that choose the two
}

func (c *Call) key() store.Key { return store.Key{Kind: c.Path("kind"), ID: c.Path("id")} }

func showRecord(c *Call) error { return c.record(c.NewForm(), nil, http.StatusOK) }

func (c *Call) record(form *Form, conflict *Conflict, status int) error {
	k := c.key()
	list, err := c.Desk.Bench.History(c.Context(), c.User, k)
	if err != nil {
		return err
	}
	screen := &recordScreen{Key: k, Form: form, Restore: c.May(auth.RestoreRecord), Base: list[0].Number, Conflict: conflict, Public: c.publicPage(&list[0])}
	byNumber := map[int]*store.Version{}
	public := 0
	for i := range list {
		byNumber[list[i].Number] = &list[i]
		if s := list[i].State; public == 0 && list[i].Layer == "" && (s == store.Published || s == store.Retired) {
			if public = -1; s == store.Published {
				public = list[i].Number
			}
		}
	}
	for i := range list {
		v := &list[i]
		row := versionRow{Version: v, Private: v.Layer != "", Latest: i == 0, Public: v.Number == public}
		before := byNumber[v.Base]
		if before == nil && i+1 < len(list) {
			before = &list[i+1]
		}
		cells := map[string]string{}
		if before != nil {
			row.From, row.Before, row.NewState = before.Number, before.State, before.State != v.State
			cells = Cells(before.Body)
		}
		row.Changes = c.Sides(k.Kind, cells, Cells(v.Body), false)
		row.Why = form.Fields(Field{Name: "why", ID: fmt.Sprintf("why-%d", v.Number), Label: c.T.T("desk.record.why"), Required: true, Most: 300, Wide: true})[0]
		screen.Versions = append(screen.Versions, row)
	}
	if screen.Pair, err = c.pair(k, list, byNumber); err != nil {
		return err
	}
	for _, part := range recordParts {
		html, err := part(c, &list[0])
		if err != nil {
			return err
		}
		if html != "" {
			screen.Parts = append(screen.Parts, html)
		}
	}
	return c.Show(Page{
		Template: "record", Data: screen, Status: status, Nav: "log", Styles: []string{reviewStyle}, Kicker: wordOr(c.T, "kind", k.Kind), Title: k.ID,
		Lede: c.T.T("desk.record.lede", "n", len(list), "state", c.T.Label("state", string(list[0].State))),
	})
}

// pair sets the two versions side by side that the address asks for: from and to.
func (c *Call) pair(k store.Key, list []store.Version, byNumber map[int]*store.Version) (*pairScreen, error) {
	var at [2]*store.Version
	for i, name := range []string{"from", "to"} {
		s, err := c.Query(name, 10)
		if err != nil {
			return nil, err
		}
		if s == "" {
			continue
		}
		n, err := strconv.Atoi(s)
		if at[i] = byNumber[n]; err != nil || at[i] == nil {
			return nil, &entente.Error{Kind: entente.NotFound, Op: "read record", Place: k.String(), Msg: "there is no such version", Hint: "the list shows those there are"}
		}
	}
	if len(list) < 2 {
		return nil, nil
	}
	p := &pairScreen{From: at[0], To: at[1]}
	f := c.NewForm("from", strconv.Itoa(list[1].Number), "to", strconv.Itoa(list[0].Number))
	var numbers []Option
	for i := range list {
		n := strconv.Itoa(list[i].Number)
		numbers = append(numbers, Option{Value: n, Word: n})
	}
	for i, name := range []string{"from", "to"} {
		if at[i] != nil {
			f.Values.Set(name, strconv.Itoa(at[i].Number))
		}
	}
	p.Fields = f.Fields(
		Field{Name: "from", Label: c.T.T("desk.record.from"), Kind: "select", Options: numbers},
		Field{Name: "to", Label: c.T.T("desk.record.to"), Kind: "select", Options: numbers},
	)
	if at[0] != nil && at[1] != nil {
		p.Sides = c.Sides(k.Kind, Cells(at[0].Body), Cells(at[1].Body), true)
	}
	return p, nil
}

// publicPages are where records are shown in public, by kind; %s is the id.
var publicPages = map[string]string{
	"actors": "/actors/%s", "sources": "/sources/%s", "instruments": "/instruments/%s", "propositions": "/propositions/%s",
}

// publicPage is where the public sees a record; "" when nowhere in particular.
func (c *Call) publicPage(v *store.Version) string {
	if page, ok := publicPages[v.Kind]; ok {
		return fmt.Sprintf(page, v.ID)
	}
	if p := Cells(v.Body)["proposition"]; v.Kind == "statements" && p != "" {
		return fmt.Sprintf(publicPages["propositions"], p) + "#said-" + v.ID
	}
	return ""
}

// maxWhy bounds a reason, in bytes.
const maxWhy = 1000

// restoreRecord makes an earlier version the latest again.
func restoreRecord(c *Call) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	number, base := form.Number("version", 1, 1<<30), form.Number("base", 0, 1<<30)
	why := form.Needed("why", maxWhy)
	if !form.OK() {
		return c.record(form, nil, http.StatusBadRequest)
	}
	k := c.key()
	list, err := c.Desk.Bench.History(c.Context(), c.User, k)
	if err != nil {
		return err
	}
	var old *store.Version
	for i := range list {
		if list[i].Number == number {
			old = &list[i]
		}
	}
	if old == nil {
		return &entente.Error{Kind: entente.NotFound, Op: "restore", Place: k.String(), Msg: "there is no such version", Hint: "the list shows those there are"}
	}
	reason := store.Reason{Who: c.User.Name, Why: why, Via: "restore"}
	commit, err := c.Desk.Store.Restore(c.Context(), reason, k, number, base)
	if err != nil {
		conflict, err := c.Conflicting(err, k, base, Cells(old.Body))
		if conflict != nil {
			return c.record(form, conflict, http.StatusConflict)
		}
		if err := form.Refuse(err, "why"); err != nil {
			return err
		}
		return c.record(form, nil, auth.StatusOf(err))
	}
	if err := c.audited(c.Context(), commit, []store.Touched{{Key: k, State: old.State, Layer: old.Layer}}); err != nil {
		return err
	}
	return c.Done(RecordHref(k.Kind, k.ID), "restored", "version", number)
}

// audited enters in the audit log what a commit published or retired.
func (c *Call) audited(ctx context.Context, commit store.Commit, touched []store.Touched) error {
	if c.Desk.Auth == nil {
		return nil
	}
	for _, t := range touched {
		if t.Layer == "" && (t.State == store.Published || t.State == store.Retired) {
			if err := c.Desk.Auth.Audit().Published(ctx, t.String(), fmt.Sprintf("%s in commit %d, %s", t.State, commit.Seq, commit.Via)); err != nil {
				return err
			}
		}
	}
	return nil
}
