package desk

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/workbench"
)

// inboxPreviewScreen is what accepting some items would do, before it is done.
type inboxPreviewScreen struct {
	Tabs    []tab
	Form    *Form
	Numbers []string
	Items   []inboxRow // the one item, on its own page
	Records []proposedRow
	Retire  []proposedRow
	Kept    []keptRow
	Refused []refusedRow
	Missing []inbox.Missing
	Offers  int // waiting items that carry what is missing
	May     bool
	Publish bool
	Reason  Field
	Widely  Field
	Strict  bool // something is stricter than GREEN
	One     *itemScreen
	Open    int // items that can still be decided
}

// proposedRow is a record as it would become.
type proposedRow struct {
	inbox.Proposed
	Href, Record string
	Public       string // the history of the record that is here
	Maker        string // in whose name it is made, when that is not the partner
	Sides        []Side
	ID           string
}

// keptRow is an object that carries no record.
type keptRow struct {
	Href, Name, Type string
	Maker            string // as of a record
	Level            handling.TLP
}

// refusedRow is an item that cannot be accepted.
type refusedRow struct{ Href, What, Why string }

// itemScreen is one item with all that is known of it.
type itemScreen struct {
	inboxRow
	Maker  string // in whose name it is made, when that is not the partner
	Raw    string // empty where the reader may not see it
	Hidden bool
	Merge  []Option // columns that can be taken one by one
	Href   string
}

func showInboxItem(c *Call, n *exchangeNode) error {
	it, err := c.item(n)
	if err != nil {
		return err
	}
	return c.inboxPreview(n, []int64{it.N}, c.NewForm(), http.StatusOK)
}

// item gives the item that the address names.
func (c *Call) item(n *exchangeNode) (*inbox.Item, error) {
	number, err := strconv.ParseInt(c.Path("n"), 10, 64)
	if err != nil || number < 1 {
		return nil, Bad("address", "that is no number of an item", "follow a link of the inbox")
	}
	return n.Inbox.Get(c.Context(), number)
}

// inboxPreview shows what the items would become.
func (c *Call) inboxPreview(n *exchangeNode, ns []int64, f *Form, status int) error {
	ctx := c.Context()
	rev, err := n.Book.Settings(ctx)
	if err != nil {
		return err
	}
	p, err := n.Inbox.Preview(ctx, ns)
	if err != nil {
		return err
	}
	s := &inboxPreviewScreen{Tabs: c.exchangeTabs("inbox"), Form: f, May: c.May(auth.ExchangeDecide), Publish: c.May(auth.Publish), Missing: p.Missing}
	for _, x := range ns {
		s.Numbers = append(s.Numbers, strconv.FormatInt(x, 10))
	}
	strict := func(it *inbox.Item) bool { // may the reader see what is in it?
		s.Strict = s.Strict || it.Level > handling.Green
		if it.State == inbox.New {
			s.Open++
		}
		return it.Level >= handling.Red && !s.May
	}
	for i := range p.Records {
		s.Records = append(s.Records, c.proposedRow(&rev.Settings, &p.Records[i], "r"+strconv.Itoa(i), strict(&p.Records[i].Item)))
	}
	for i := range p.Retire {
		s.Retire = append(s.Retire, c.proposedRow(&rev.Settings, &p.Retire[i], "w"+strconv.Itoa(i), strict(&p.Retire[i].Item)))
	}
	for _, k := range p.Kept {
		row := keptRow{itemHref(k.Item.N), foreign(k.Name), foreign(k.Item.Type), c.madeBy(&k.Item, &rev.Settings), k.Item.Level}
		if strict(&k.Item) {
			row.Name = ""
		}
		s.Kept = append(s.Kept, row)
	}
	for _, r := range p.Refused {
		why := sentence(r.Why)
		if r.Hint != "" {
			why += " " + sentence(r.Hint)
		}
		s.Refused = append(s.Refused, refusedRow{itemHref(r.Item.N), foreign(nameOr(r.Item.Record, string(r.Item.Object))), foreign(why)})
	}
	for _, m := range p.Missing {
		s.Offers += len(m.Offers)
	}
	fields := f.Fields(
		Field{Name: "reason", Label: c.T.T("exchange.inbox.reason"), Kind: "textarea", Rows: 2, Wide: true, Most: workbench.MaxLong, Hint: c.T.T("exchange.inbox.reason.hint")},
		Field{Name: "widely", Label: c.T.T("exchange.inbox.widely"), Kind: "checks", Options: []Option{{Value: "yes", Word: c.T.T("exchange.inbox.widely.yes")}}},
	)
	s.Reason, s.Widely = fields[0], fields[1]
	title, lede := c.T.T("exchange.preview", "n", len(ns)), c.T.T("exchange.preview.lede")
	if len(ns) == 1 {
		if s.One, err = c.oneItem(n, ns[0], &rev.Settings, s); err != nil {
			return err
		}
		title = foreign(nameOr(s.One.Record, string(s.One.Object)))
		lede = c.T.T("exchange.item.lede", "partner", s.One.From, "level", "TLP:"+s.One.Level.String(), "state", c.T.Label("exchange-item", string(s.One.State)))
	}
	return c.showExchange(Page{Template: "exchange-preview", Data: s, Status: status, Kicker: c.T.T("exchange.inbox"), Title: title, Lede: lede})
}

func (c *Call) proposedRow(s *partner.Settings, p *inbox.Proposed, id string, hidden bool) proposedRow {
	row := proposedRow{Proposed: *p, Href: itemHref(p.Item.N), Record: foreign(p.Item.Record), ID: id, Maker: c.madeBy(&p.Item, s)}
	if p.Standing != nil {
		k := ParseKey(p.Item.Record)
		row.Public = RecordHref(k.Kind, k.ID)
	}
	if hidden {
		row.Cells = nil
		return row
	}
	for _, cell := range p.Cells {
		row.Sides = append(row.Sides, Side{Field: cell.Column, Word: wordOr(c.T, "column", cell.Column), Before: clipped(foreign(cell.Before)), After: clipped(foreign(cell.After)), Changed: true})
	}
	return row
}

// oneItem is the page of a single item: its text, and its columns for taking.
func (c *Call) oneItem(n *exchangeNode, number int64, settings *partner.Settings, s *inboxPreviewScreen) (*itemScreen, error) {
	it, err := n.Inbox.Get(c.Context(), number)
	if err != nil {
		return nil, err
	}
	one := &itemScreen{inboxRow: c.inboxRow(partnerNames(settings), *it, nil), Href: itemHref(number), Maker: c.madeBy(it, settings)}
	one.inboxRow.Href = one.Href
	if one.Hidden = it.Level >= handling.Red && !s.May; one.Hidden {
		return one, nil
	}
	o, err := it.Body()
	if err != nil {
		return nil, err
	}
	one.Raw = indented(o)
	for i := range s.Records {
		r := &s.Records[i]
		if r.Standing == nil || r.What != datapackage.RowChanged || it.State != inbox.New {
			continue
		}
		for _, x := range r.Sides {
			one.Merge = append(one.Merge, Option{Value: x.Field, Word: x.Word, Hint: x.After, On: slices.Contains(s.Form.Values["take"], x.Field)})
		}
	}
	return one, nil
}

// maxRaw bounds the text of an object that a page shows, in bytes.
const maxRaw = 60_000

// indented writes an object for reading. What is shown is not what was signed: the
// text as it came is on the shelf and in the log.
func indented(o *stix.Object) string {
	var b bytes.Buffer
	if json.Indent(&b, o.Raw(), "", "  ") != nil || b.Len() > maxRaw {
		return clipped(foreign(string(o.Raw())))
	}
	return foreign(b.String())
}

// mergeInbox takes some columns of an item over into the record that is here.
func mergeInbox(c *Call, n *exchangeNode) error {
	it, err := c.item(n)
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	take := Choices(f, "take", recordColumns(it.Record))
	reason := f.Long("reason", workbench.MaxLong)
	if len(take) == 0 {
		f.Fault("", "exchange-none-taken")
	}
	publish := f.Values.Get("do") == "publish"
	if publish && !c.May(auth.Publish) {
		publish = false
	}
	if !f.OK() {
		return c.inboxPreview(n, []int64{it.N}, f, http.StatusBadRequest)
	}
	done, err := n.Inbox.Merge(c.Context(), inbox.How{Who: c.User.Name, Why: reason, Publish: publish, Widely: f.Checked("widely")}, it.N, take)
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.refuseAll(err, "reason"); err != nil {
			return err
		}
		return c.inboxPreview(n, []int64{it.N}, f, status)
	}
	if err := c.auditExchange(auth.ExchangeDecide, "inbox", "merge "+it.Record); err != nil {
		return err
	}
	return c.Done(itemHref(it.N), "exchange.merged", "n", len(take), "record", it.Record, "written", len(done.Written))
}

// recordColumns lists the columns of the table of a record.
func recordColumns(record string) []string {
	var out []string
	for _, k := range datapackage.Columns(ParseKey(record).Kind) {
		out = append(out, k.Name)
	}
	return out
}
