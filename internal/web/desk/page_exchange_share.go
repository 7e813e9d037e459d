package desk

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/store"
	"entente/internal/workbench"
)

// maxShare bounds an uploaded bundle, in bytes.
const maxShare = 32 << 20

var exchangeShareRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange/share", Action: auth.ExchangeShare, Do: exchanging(func(c *Call, n *exchangeNode) error { return c.sharing(n, nil, http.StatusOK) })},
	{Method: http.MethodPost, Pattern: "/desk/exchange/share", Action: auth.ExchangeShare, Body: maxShare + 1<<20, Do: exchanging(planShare)},
}

// shareMedia is the type of a bundle that waits for the plan to be confirmed.
const shareMedia = "application/x-entente-share"

// shareKept is how long it waits.
const shareKept = 24 * time.Hour

// shareScreen is the form by which something is shared.
type shareScreen struct {
	Tabs   []tab
	Form   *Form
	Find   []Field
	Found  []Option // published records that fit
	Looked bool
	Chosen []string // sent along with the search
	Fields []Field
}

// maxOffered bounds the records that a search lists.
const maxOffered = 60

func (c *Call) sharing(n *exchangeNode, f *Form, status int) error {
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return err
	}
	s := &shareScreen{Tabs: c.exchangeTabs("releases"), Form: f}
	if f == nil {
		s.Form = c.NewForm("level", rev.Unmarked.String())
		for _, r := range c.R.URL.Query()["record"] {
			if len(r) <= maxID && clean(r) {
				s.Form.Values.Add("record", r)
			}
		}
		if len(rev.Collections) == 1 {
			s.Form.Values.Set("collection", rev.Collections[0].ID)
		}
	}
	if err := c.offer(s); err != nil {
		return err
	}
	s.Fields = c.shareFields(s.Form, &rev.Settings)
	return c.showExchange(Page{
		Template: "exchange-share", Data: s, Status: status, Kicker: c.T.T("exchange.releases"), Title: c.T.T("exchange.share"), Lede: c.T.T("exchange.share.lede"),
	})
}

// offer lists published records that hold the words of the address, those that are
// chosen already first.
func (c *Call) offer(s *shareScreen) error {
	words, err := c.Query("find", 300)
	if err != nil {
		return err
	}
	s.Chosen = s.Form.Values["record"]
	for _, r := range s.Chosen {
		if !slices.ContainsFunc(s.Found, func(o Option) bool { return o.Value == r }) {
			s.Found = append(s.Found, Option{Value: r, Word: r, On: true})
		}
	}
	look := c.NewForm("find", words)
	s.Find = look.Fields(Field{Name: "find", Label: c.T.T("exchange.share.find"), Hint: c.T.T("exchange.share.find.hint"), Wide: true, Auto: "off"})
	if words == "" {
		return nil
	}
	s.Looked = true
	list, _, err := c.Desk.Bench.List(c.Context(), c.User, store.Query{Kinds: shareKinds(), States: []store.State{store.Published}, Words: words, Limit: maxOffered})
	if err != nil {
		return err
	}
	for _, v := range list {
		if key := v.String(); !slices.ContainsFunc(s.Found, func(o Option) bool { return o.Value == key }) {
			b, err := c.brief(v.Key, Cells(v.Body), nil)
			if err != nil {
				return err
			}
			s.Found = append(s.Found, Option{Value: key, Word: b.KindWord + " " + v.ID, Hint: briefLine(b)})
		}
	}
	return nil
}

// shareKinds are the tables whose rows can be shared.
func shareKinds() []string { return datapackage.Tables() }

// briefLine tells a record in one line.
func briefLine(b brief) string {
	list := []string{b.Actor, b.Stance, b.Date}
	list = append(list, b.Words...)
	for _, f := range b.Facts {
		list = append(list, f.Value)
	}
	line := strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), " · ")
	if r := []rune(line); len(r) > 160 {
		return string(r[:160]) + "…"
	}
	return line
}

func (c *Call) shareFields(f *Form, s *partner.Settings) []Field {
	t := c.T.T
	places := []Option{{Word: t("desk.choose")}}
	for i := range s.Collections {
		k := &s.Collections[i]
		places = append(places, Option{Value: k.ID, Word: collectionName(k) + " (" + t("exchange.share.ceiling", "level", "TLP:"+k.Ceiling.String()) + ")"})
	}
	return f.Fields(
		Field{Name: "more", Label: t("exchange.share.more"), Kind: "textarea", Rows: 2, Wide: true, Hint: t("exchange.share.more.hint")},
		Field{Name: "file", Label: t("exchange.share.file"), Kind: "file", Wide: true, Hint: t("exchange.share.file.hint", "megabytes", maxShare>>20)},
		Field{Name: "kept", Kind: "hidden"},
		Field{Name: "kept_name", Kind: "hidden"},
		Field{Name: "collection", Label: t("exchange.share.collection"), Kind: "select", Required: true, Options: places},
		Field{Name: "level", Label: t("exchange.share.level"), Kind: "select", Required: true, Options: levelOptions(clearances), Hint: t("exchange.share.level.hint")},
		Field{Name: "words", Label: t("exchange.share.words"), Kind: "select", Options: append([]Option{{Word: t("exchange.share.words.same")}}, levelOptions(clearances)...), Hint: t("exchange.share.words.hint")},
		Field{Name: "until", Label: t("exchange.share.until"), Kind: "date", Hint: t("exchange.share.until.hint")},
		Field{Name: "only", Label: t("exchange.share.parts"), Kind: "checks", Options: []Option{{Value: "yes", Word: t("exchange.share.only")}}},
		Field{Name: "lower", Label: t("exchange.share.earlier"), Kind: "checks", Options: []Option{{Value: "yes", Word: t("exchange.share.lower")}}},
		Field{Name: "why", Label: t("exchange.share.why"), Most: partner.MaxText, Wide: true, Auto: "off", Hint: t("exchange.share.why.hint")},
	)
}

// readShare reads the form into a request. An uploaded bundle is kept until the
// plan is confirmed.
func (c *Call) readShare(f *Form) (node.Request, error) {
	r := node.Request{
		Collection: f.Needed("collection", 100), Level: f.level("level", clearances), Until: f.Day("until"), Only: f.Checked("only"), Lower: f.Checked("lower"),
		Who: c.User.Name, Why: f.Text("why", partner.MaxText), Expect: f.Text("expect", 100),
	}
	if f.Values.Get("words") != "" {
		r.Words = f.level("words", clearances)
	}
	for _, line := range append(slices.Clone(f.Values["record"]), linesOf(f.Long("more", workbench.MaxLong))...) {
		k := ParseKey(strings.TrimSpace(line))
		if k.ID == "" || !slices.Contains(datapackage.Tables(), k.Kind) {
			f.Fault("more", "exchange-record", "line", line)
			continue
		}
		ref := datapackage.Ref{Table: k.Kind, ID: k.ID}
		if !slices.Contains(r.Records, ref) {
			r.Records = append(r.Records, ref)
		}
	}
	data, name, ok, err := f.File("file")
	if err != nil {
		return r, err
	}
	store, ctx := c.Desk.Store, c.Context()
	if ok {
		if err := store.ExpireBlobs(ctx, shareMedia, c.Desk.now().Add(-shareKept)); err != nil {
			return r, err
		}
		hash, err := store.PutBlob(ctx, shareMedia, data)
		if err != nil {
			return r, f.Refuse(err, "file")
		}
		f.Values.Set("kept", hash)
		f.Values.Set("kept_name", name)
	}
	if hash := f.Text("kept", 100); hash != "" {
		data, media, err := store.Blob(ctx, hash)
		if entente.KindOf(err) == entente.NotFound || err == nil && media != shareMedia {
			f.Fault("file", "exchange-file-gone")
			f.Values.Del("kept")
			return r, nil
		}
		if err != nil {
			return r, err
		}
		r.Files = append(r.Files, node.File{Name: f.Text("kept_name", 255), Data: data})
	}
	if len(r.Records) == 0 && len(r.Files) == 0 && f.OK() {
		f.Fault("", "exchange-nothing")
	}
	return r, nil
}

// planShare shows what sharing would do, or does what was shown.
func planShare(c *Call, n *exchangeNode) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	if do := f.Values.Get("do"); do == "change" {
		f.Values.Del("expect")
		return c.sharing(n, f, http.StatusOK)
	}
	r, err := c.readShare(f)
	if err != nil {
		return err
	}
	if !f.OK() {
		return c.sharing(n, f, http.StatusBadRequest)
	}
	if r.DryRun = f.Values.Get("do") != "share"; r.DryRun {
		r.Expect = ""
	} else if r.Expect == "" {
		return Bad("expect", "nothing is shared that was not shown before", "look at the plan first")
	}
	plan, err := n.Share(c.Context(), r)
	if entente.KindOf(err) == entente.Conflict && !r.DryRun { // shown again as it is now
		again := r
		again.DryRun, again.Expect = true, ""
		if plan, err2 := n.Share(c.Context(), again); err2 == nil {
			return c.showSharePlan(n, f, plan, r.Level, http.StatusConflict)
		}
	}
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.refuseAll(err, "collection", "level", "file", "until"); err != nil {
			return err
		}
		return c.sharing(n, f, status)
	}
	if r.DryRun {
		return c.showSharePlan(n, f, plan, r.Level, http.StatusOK)
	}
	if hash := f.Values.Get("kept"); hash != "" {
		if err := c.Desk.Store.DropBlob(c.Context(), shareMedia, hash); err != nil {
			return err
		}
	}
	if err := c.auditExchange(auth.ExchangeShare, "collection "+plan.Collection.ID, "shared "+plan.Digest); err != nil {
		return err
	}
	return c.Done("/desk/exchange/releases", "exchange.shared", "n", plan.Adds, "there", plan.Stays)
}

// sharePlanScreen is what sharing would do.
type sharePlanScreen struct {
	Tabs    []tab
	Plan    *node.Plan
	Stale   bool
	Objects []sharePlanRow // what was asked for, with its parts
	Along   []sharePlanRow // what goes along since they refer to it
	More    int            // objects that only the figures count
	Fields  []hiddenField
	Where   string
	May     bool // be carried out
}

// sharePlanRow is one object of a plan.
type sharePlanRow struct {
	node.Planned
	What string
	Mark string // of the style: new, same …
	Goes []string
	Not  []planNot
}

// planNot is a partner to whom an object does not go, and why.
type planNot struct{ Name, Why string }

// shownPlanned bounds the objects that a plan lists.
const shownPlanned = 300

func (c *Call) showSharePlan(n *exchangeNode, f *Form, plan *node.Plan, level handling.TLP, status int) error {
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return err
	}
	s := &sharePlanScreen{Tabs: c.exchangeTabs("releases"), Plan: plan, Stale: status == http.StatusConflict, Where: nameOr(plan.Collection.Title, nameOr(plan.Collection.Alias, plan.Collection.ID))}
	names := partnerNames(&rev.Settings)
	s.May = len(plan.Refused) == 0 && plan.Adds+plan.Definitions > 0
	for i := range plan.Objects {
		o := &plan.Objects[i]
		if o.Role == node.Definition {
			continue
		}
		if len(s.Objects)+len(s.Along) == shownPlanned {
			s.More++
			continue
		}
		row := sharePlanRow{Planned: *o, What: c.T.Label("exchange-what", o.What), Mark: "new"}
		row.Name, row.Warnings = foreign(o.Name), foreignAll(o.Warnings)
		if o.What == node.Stays {
			row.Mark = "same"
		}
		for _, p := range o.Partners {
			name := nameOr(names[p.Partner], p.Partner)
			if p.Goes {
				if p.Had {
					name = c.T.T("exchange.plan.had", "name", name)
				}
				row.Goes = append(row.Goes, name)
			} else {
				row.Not = append(row.Not, planNot{name, strings.Join(p.Why, "; ")})
			}
		}
		if o.Role == node.Needed {
			s.Along = append(s.Along, row)
		} else {
			s.Objects = append(s.Objects, row)
		}
	}
	f.Values.Set("expect", plan.Digest)
	for _, name := range []string{"record", "more", "kept", "kept_name", "collection", "level", "words", "until", "only", "lower", "why", "expect"} {
		for _, v := range f.Values[name] {
			if v != "" {
				s.Fields = append(s.Fields, hiddenField{name, v})
			}
		}
	}
	return c.showExchange(Page{
		Template: "exchange-plan", Data: s, Status: status, Kicker: c.T.T("exchange.share"), Title: c.T.T("exchange.plan", "collection", s.Where),
		Lede: c.T.T("exchange.plan.lede", "n", plan.Adds, "there", plan.Stays, "level", "TLP:"+level.String()),
	})
}
