package desk

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/view"
	"entente/internal/workbench"
)

var linkRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/links", Action: auth.LinkCheck, Do: func(c *Call) error { return c.links(nil, http.StatusOK) }},
	{Method: http.MethodGet, Pattern: "/desk/links.json", Action: auth.LinkCheck, Do: func(c *Call) error { return c.linksData("json") }},
	{Method: http.MethodGet, Pattern: "/desk/links.csv", Action: auth.LinkCheck, Do: func(c *Call) error { return c.linksData("csv") }},
	{Method: http.MethodPost, Pattern: "/desk/links", Action: auth.LinkCheck, Do: checkLinks},
}

// The bounds of one check from a page: it has to end while somebody waits.
const (
	linksAtOnce = 60 // addresses of one check
	linksShown  = 200
	linksTime   = 3 * time.Minute
	linkTimeout = 10 * time.Second // for one address
	nameTime    = 5 * time.Second  // to find out whether there is a network
	namesAsked  = 5
)

// linkRow is the address of a source with what the last check found.
type linkRow struct {
	Source  entente.SourceID
	Title   string
	Href    string // of the source's record
	URL     string
	Finding *workbench.LinkFinding // nil: never checked, or the address has changed since
	Copy    *Link                  // the copy that is kept here
	On      bool
}

// linksScreen is the page of the link check.
type linksScreen struct {
	Form    *Form
	Filters []Field
	Rows    []linkRow
	All     int // addresses
	Left    int // of the list that are not shown
	Dead    int
	Never   int
	AtOnce  int
}

// linkShows are what the list can be narrowed to.
var linkShows = []string{"dead", "never", "other", "alive", "checked"}

// linkRows gathers the sources that have an address, those that need a look
// first: dead, then never checked, then the rest by the age of the check.
func (c *Call) linkRows() ([]linkRow, error) {
	findings, err := c.Desk.Bench.Links(c.Context(), false)
	if err != nil {
		return nil, err
	}
	by := map[entente.SourceID]*workbench.LinkFinding{}
	for i := range findings {
		by[findings[i].Source] = &findings[i]
	}
	docs, err := c.Desk.Bench.Documents(c.Context(), c.User, workbench.DocumentFilter{})
	if err != nil {
		return nil, err
	}
	copies := map[entente.SourceID]*Link{}
	for i := range docs {
		if copies[docs[i].Source] == nil {
			copies[docs[i].Source] = &Link{Href: ReadHref(docs[i].ID), Word: docs[i].Name}
		}
	}
	var out []linkRow
	ask := store.Query{Kinds: []string{workbench.KindSource}, States: []store.State{store.Draft, store.InReview, store.Published}}
	for {
		list, next, err := c.Desk.Bench.List(c.Context(), c.User, ask)
		if err != nil {
			return nil, err
		}
		for i := range list {
			var r entente.Records
			if readRow(&r, &list[i]) != nil || r.Sources[0].URL == "" {
				continue // an unfinished draft, or nothing to ask
			}
			s := &r.Sources[0]
			row := linkRow{Source: s.ID, Title: s.Title, Href: RecordHref(workbench.KindSource, string(s.ID)), URL: s.URL, Copy: copies[s.ID]}
			if f := by[s.ID]; f != nil && f.URL == s.URL {
				row.Finding = f
			}
			out = append(out, row)
		}
		if next == (store.Key{}) {
			break
		}
		ask.After = next
	}
	slices.SortStableFunc(out, func(a, b linkRow) int {
		if x, y := a.sort(), b.sort(); x != y || a.Finding == nil {
			return slices.Index(linkShows, x) - slices.Index(linkShows, y)
		}
		return a.Finding.Checked.Compare(b.Finding.Checked)
	})
	return out, nil
}

// sort tells where a row belongs in the list.
func (r *linkRow) sort() string {
	switch f := r.Finding; {
	case f == nil:
		return "never"
	case f.Dead:
		return "dead"
	case f.Outcome == workbench.LinkAlive || f.Outcome == workbench.LinkMoved:
		return "alive"
	}
	return "other"
}

// links shows the page; f is what was sent and could not be done.
func (c *Call) links(f *Form, status int) error {
	show, err := QueryOf(c, "show", linkShows)
	if err != nil {
		return err
	}
	rows, err := c.linkRows()
	if err != nil {
		return err
	}
	if show == "checked" { // the latest check first
		slices.SortStableFunc(rows, func(a, b linkRow) int { return checkedAt(b).Compare(checkedAt(a)) })
	}
	if f == nil {
		f = c.NewForm()
	}
	f.Values.Set("show", show)
	s := &linksScreen{Form: f, All: len(rows), AtOnce: linksAtOnce}
	for _, r := range rows {
		switch r.sort() {
		case "dead":
			s.Dead++
		case "never":
			s.Never++
		}
		if show == "checked" && r.Finding == nil || show != "" && show != "checked" && r.sort() != show {
			continue
		}
		if len(s.Rows) == linksShown {
			s.Left++
			continue
		}
		r.On = slices.Contains(f.Values["source"], string(r.Source))
		s.Rows = append(s.Rows, r)
	}
	s.Filters = f.Fields(Field{Name: "show", Label: c.T.T("links.show"), Kind: "select", Options: slices.Concat([]Option{{Word: c.T.T("links.show-all")}}, OptionsOf(c, "links.show", linkShows))})
	return c.Show(Page{
		Template: "links", Data: s, Status: status, Title: c.T.T("links.title"), Lede: c.T.T("links.lede", "n", len(rows), "dead", s.Dead), Nav: "links", Styles: []string{"import.css"}, Twins: []string{"json", "csv"},
	})
}

// checkLinks asks the addresses of the ticked sources, or of those whose check
// is the oldest.
func checkLinks(c *Call) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	rows, err := c.linkRows()
	if err != nil {
		return err
	}
	chosen := f.Values["source"]
	var ask []entente.SourceID
	var asked, others []string // hosts
	if f.Values.Get("do") == "oldest" {
		slices.SortStableFunc(rows, func(a, b linkRow) int { return checkedAt(a).Compare(checkedAt(b)) })
	}
	for i := range rows {
		r := &rows[i]
		host := ""
		if u, err := url.Parse(r.URL); err == nil {
			host = u.Hostname()
		}
		if f.Values.Get("do") == "oldest" && len(ask) < linksAtOnce || f.Values.Get("do") != "oldest" && slices.Contains(chosen, string(r.Source)) {
			ask = append(ask, r.Source)
			asked = withHost(asked, host)
		} else {
			others = withHost(others, host)
		}
	}
	switch {
	case len(ask) == 0:
		f.Fault("", "links-none")
	case len(ask) > linksAtOnce:
		f.Fault("", "links-many", "most", linksAtOnce)
	}
	if !f.OK() {
		return c.links(f, http.StatusBadRequest)
	}
	rc := http.NewResponseController(c.W)
	_ = rc.SetWriteDeadline(time.Now().Add(linksTime + time.Minute)) // where it cannot be moved, the usual bound holds
	ctx, cancel := context.WithTimeout(c.Context(), linksTime)
	defer cancel()
	if len(asked) > 0 && !online(ctx, net.DefaultResolver.LookupNetIP, spread(asked, others)) {
		f.Fault("", "links-offline")
		return c.links(f, http.StatusServiceUnavailable)
	}
	o := workbench.DefaultLinks()
	o.Timeout, o.Max = linkTimeout, linksAtOnce
	found, err := c.Desk.Bench.CheckLinks(ctx, c.User, o, ask...)
	if err != nil && (len(found) == 0 || ctx.Err() == nil) {
		status := auth.StatusOf(err)
		if err := f.Refuse(err); err != nil {
			return err
		}
		return c.links(f, status)
	}
	dead := 0
	for i := range found {
		if found[i].Dead {
			dead++
		}
	}
	return c.Done("/desk/links?show=checked", "links", "n", len(found), "dead", dead, "asked", len(ask))
}

func checkedAt(r linkRow) time.Time {
	if r.Finding == nil {
		return time.Time{}
	}
	return r.Finding.Checked
}

// withHost adds a host that has to be found by its name; a number needs none.
func withHost(list []string, host string) []string {
	if _, err := netip.ParseAddr(host); host == "" || err == nil || slices.Contains(list, host) {
		return list
	}
	return append(list, host)
}

// spread takes hosts of both lists in turn: one host that is gone for good does
// not look like a missing network.
func spread(a, b []string) []string {
	var out []string
	for i := range max(len(a), len(b)) {
		if i < len(b) {
			out = append(out, b[i])
		}
		if i < len(a) && !slices.Contains(out, a[i]) {
			out = append(out, a[i])
		}
	}
	return out
}

// online tells whether there is a network: whether one of the first hosts can be
// found by its name. Without that a check would call every address dead.
func online(ctx context.Context, find func(ctx context.Context, network, host string) ([]netip.Addr, error), hosts []string) bool {
	ctx, cancel := context.WithTimeout(ctx, nameTime)
	defer cancel()
	hosts = hosts[:min(len(hosts), namesAsked)]
	found := make(chan bool, len(hosts))
	for _, h := range hosts {
		go func() {
			_, err := find(ctx, "ip", h)
			found <- err == nil
		}()
	}
	for range hosts {
		select {
		case ok := <-found:
			if ok {
				return true
			}
		case <-ctx.Done():
			return false
		}
	}
	return false
}

// LinksSchema names the shape of the findings of link checks as JSON.
const LinksSchema = "entente.links/1"

// linksData is the findings as data.
func (c *Call) linksData(form string) error {
	rows, err := c.linkRows()
	if err != nil {
		return err
	}
	data := []linkData{}
	t := view.Table{Name: "links", Header: []string{"source", "url", "outcome", "dead", "status", "final", "why", "checked", "last_alive", "copy"}}
	for i := range rows {
		r := &rows[i]
		d := linkData{Source: r.Source, URL: r.URL, Outcome: "never"}
		if f := r.Finding; f != nil {
			d.Outcome, d.Dead, d.Status, d.Final, d.Why, d.Checked, d.Copy = string(f.Outcome), f.Dead, f.Status, f.Final, f.Why, day(f.Checked), f.Copy
			d.Alive = day(f.Alive)
		}
		data = append(data, d)
		status := ""
		if d.Status > 0 {
			status = strconv.Itoa(d.Status)
		}
		t.Rows = append(t.Rows, []string{string(d.Source), d.URL, d.Outcome, yesOrNo(d.Dead), status, d.Final, d.Why, d.Checked, d.Alive, d.Copy})
	}
	if c.R.Method == http.MethodGet {
		if err := c.exported("link check", form); err != nil {
			return err
		}
	}
	return c.Data(form, struct {
		Schema string     `json:"schema"`
		Links  []linkData `json:"links"`
	}{LinksSchema, data}, t)
}

type linkData struct {
	Source  entente.SourceID `json:"source"`
	URL     string           `json:"url"`
	Outcome string           `json:"outcome"` // of workbench.LinkOutcomes, or "never"
	Dead    bool             `json:"dead"`
	Status  int              `json:"status,omitempty"`
	Final   string           `json:"final,omitempty"`
	Why     string           `json:"why,omitempty"`
	Checked string           `json:"checked,omitempty"`
	Alive   string           `json:"last_alive,omitempty"`
	Copy    string           `json:"copy,omitempty"` // SHA-256 of the copy that is kept here
}

func day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

func yesOrNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
